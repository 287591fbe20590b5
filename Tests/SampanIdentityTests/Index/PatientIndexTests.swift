import SampanDomain
import SampanIdentity
import StoreTestSupport
import Testing

@Suite("ID-01 to ID-06: the patient index", .blocking)
struct PatientIndexTests {
    private static let wang = Demographics.with(.mother) { $0.idNumber = number("19900307", "002") }

    @Test("ID-01: local ids of two institutions lead to one person, in both directions")
    func crossReference() async throws {
        let test = try await TestIndex()
        let first = try await test.register("A1", Self.wang)
        let second = try await test.register(
            "B9", at: "H2",
            .with(Self.wang) {
                $0.name = "王小梅"; $0.address = ""
            })
        #expect(first.answer == .created)
        #expect(second.answer == .linked)
        #expect(second.person == first.person)
        #expect(second.weights.contains { $0.field == "name" && $0.level == "homophone" })
        #expect(try await test.index.resolve(institution: "H2", localID: "B9") == first.person)
        let card = try await test.index.crossReference(first.person)
        #expect(card.records.map(\.localID) == ["A1", "B9"])
        #expect(try await test.index.resolve(paper: try IdentityPaper(kind: .citizenCard, number: Self.wang.idNumber)) == [first.person])
        let totals = try await test.index.totals()
        #expect(totals.records == 2 && totals.persons == 1)
    }

    @Test("the same request gets the first answer, another body under its id is refused")
    func replay() async throws {
        let test = try await TestIndex()
        let first = try await test.register("A1", request: "r1", Self.wang)
        #expect(try await test.register("A1", request: "r1", Self.wang) == first)
        await #expect(throws: IndexError.requestIDReused) { try await test.register("A2", request: "r1", Self.wang) }
        let renewed = try await test.register("A1", request: "r2", .with(Self.wang) { $0.phone = "10009998887" })
        #expect(renewed.answer == .updated && renewed.person == first.person)
        #expect(try await test.index.crossReference(first.person).records.map(\.demographics.phone) == ["10009998887"])
    }

    @Test("ID-04: a child under its guardian's number is linked to the guardian, never merged with them")
    func guardian() async throws {
        let test = try await TestIndex()
        let mother = try await test.register("M", Self.wang)
        let newborn = try await test.register(
            "N",
            Demographics(
                name: "王晓梅之女", sex: "2", birthDate: "20240502", phone: Self.wang.phone, address: Self.wang.address,
                guardianName: "王晓梅", guardianNumber: Self.wang.idNumber))
        #expect(newborn.person != mother.person)
        #expect(newborn.answer == .created)
        let named = try await test.register(
            "C", at: "H2",
            Demographics(
                name: "李安然", sex: "2", birthDate: "20240502", idType: "01", idNumber: Self.wang.idNumber, phone: Self.wang.phone,
                address: Self.wang.address, guardianName: "王晓梅"))
        #expect(named.person == newborn.person)
        let card = try await test.index.crossReference(newborn.person)
        #expect(card.guardians == [mother.person])
        #expect(try await test.index.crossReference(mother.person).wards == [newborn.person])
    }

    @Test("twins are two persons, and a record between them goes to people, not to one of them")
    func twins() async throws {
        let test = try await TestIndex()
        let home = Demographics(
            sex: "1", birthDate: "20180618", phone: "10003334445", address: "云溪县大河乡朝阳路156号6幢3单元201室", guardianName: "付雪梅")
        let one = try await test.register(
            "T1",
            .with(home) {
                $0.name = "卢瑞桐"; $0.idType = "01"; $0.idNumber = number("20180618", "049")
            })
        let two = try await test.register(
            "T2",
            .with(home) {
                $0.name = "卢瑞霖"; $0.idType = "01"; $0.idNumber = number("20180618", "051")
            })
        #expect(one.person != two.person)
        let homophone = try await test.register("T3", at: "H2", .with(home) { $0.name = "卢瑞童" })
        #expect(homophone.person == one.person)
        let unknown = try await test.register("T4", at: "H3", .with(home) { $0.name = "未知" })
        #expect(unknown.person != one.person && unknown.person != two.person)
        #expect(try await test.index.totals().persons == 3)
    }

    @Test("two right numbers are never one person, whatever else agrees")
    func twoNumbers() async throws {
        let test = try await TestIndex()
        let one = try await test.register("A1", Self.wang)
        let two = try await test.register("A2", .with(Self.wang) { $0.idNumber = number("19900307", "004") })
        #expect(one.person != two.person)
        let explanation = try await test.index.explain(("H1", "A1"), ("H1", "A2"))
        #expect(explanation.answer == .none && explanation.conflict == "TWO_CITIZEN_NUMBERS")
    }

    @Test("a pair in doubt is decided by two people, and what is decided apart stays apart")
    func reviews() async throws {
        let test = try await TestIndex()
        let one = try await test.register("A1", Self.wang)
        let two = try await test.register(
            "B1", at: "H2", Demographics(name: "王晓梅", sex: "2", birthDate: "19900307", phone: "10007776665", address: "云溪县青山镇中山路9号"))
        #expect(two.answer == .review && two.person != one.person)
        let review = try #require(try await test.index.reviews().first)
        #expect(try await test.index.totals().openReviews == 1)
        func word(_ decision: ReviewDecision, _ who: String, _ id: String) async throws -> ReviewStand {
            try await test.index.decide(review: review.id, decision, IndexRequest(institution: "P", id: id, actor: who))
        }
        #expect(try await word(.apart, "a", "1") == .proposed)
        #expect(try await word(.apart, "a", "1") == .proposed)
        await #expect(throws: IndexError.sameReviewer) { _ = try await word(.apart, "a", "2") }
        #expect(try await word(.link, "b", "3") == .open)
        #expect(try await word(.apart, "a", "4") == .proposed)
        #expect(try await word(.apart, "b", "5") == .apart)
        await #expect(throws: IndexError.reviewClosed) { _ = try await word(.link, "c", "6") }
        #expect(try await test.index.totals().openReviews == 0)
        #expect(try await test.index.resolve(institution: "H2", localID: "B1") == two.person)
    }

    @Test("the file needs its secret")
    func secret() async throws {
        let test = try await TestIndex()
        try await test.register("A1", Self.wang)
        try await test.index.learn()
        await test.index.close()
        await #expect(throws: IndexError.sealed) {
            _ = try await PatientIndexFileProbe.open(test.directory.file(), secret: [UInt8](repeating: 9, count: 32))
        }
    }
}
