import SampanDomain
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanResearch

@Suite("Exports for research (RE-21 to RE-26)", .blocking, .timeLimit(.minutes(20)))
struct ResearchDeskTests {
    private func signed(_ level: OpenLevel = .conditional, least: Int? = nil) async throws -> ResearchBench {
        let bench = try await ResearchBench()
        _ = try await bench.catalogue.list(ResearchBench.dataset(level, least: least), by: "admin/li")
        try await bench.agreements.make(ResearchBench.agreement(), by: "admin/li")
        return bench
    }

    @Test("RE-25: what is refused is noted, what is given is noted before it is given")
    func notes() async throws {
        let bench = try await signed()
        try bench.fill(6)
        let unlisted = try await bench.refusal(ResearchBench.request("A-1", dataset: "other"))
        #expect(unlisted == .unlisted)
        let without = try await bench.refusal(ResearchBench.request())
        #expect(without == .agreementNeeded)
        let export = try await bench.export(ResearchBench.request("A-1"))
        #expect(export.rows.count == 6 && export.report.persons == 6 && export.label.grade == 2)
        let notes = try await bench.notes.page()
        #expect(
            notes.map(\.outcome) == [.released(persons: 6, rows: 6), .allowed, .refused(.agreementNeeded), .refused(.unlisted)])
        let refused = try await bench.notes.page(refusedOnly: true)
        #expect(refused.map(\.dataset) == ["labs", "other"] && refused.allSatisfy { $0.staff == "R1" && $0.requester == "H9" })
        await bench.close()
        try await bench.open()
        let kept = try await bench.notes.page()
        #expect(kept == notes)
    }

    @Test("classes below k are left out, whole; persons are counted, not rows")
    func suppression() async throws {
        let bench = try await signed()
        try bench.fill(5)
        try bench.fill(4, first: 100, birth: "19500101")
        // Many documents do not make many persons of one.
        for number in 0..<9 {
            bench.source.add(
                ResearchSubject(person: try EnterpriseID(100), birth: try BirthDate("19500101"), sex: .female, region: "370703"),
                [try ResearchBench.report(1_000 + number)])
        }
        let export = try await bench.export(ResearchBench.request("A-1"))
        #expect(export.report.smallest == 5 && export.report.suppressedPersons == 4 && export.report.suppressedClasses == 1)
        #expect(Set(export.rows.map(\.traits.age)) == ["40-49"])
    }

    @Test("who has no row does not hide anybody")
    func empty() async throws {
        let bench = try await signed()
        try bench.fill(4)
        for number in 50..<60 {
            bench.source.add(
                ResearchSubject(person: try EnterpriseID(Int64(number)), birth: try BirthDate("19800101"), sex: .female, region: "370703"),
                [try ResearchBench.report(number, grade: 4)])
        }
        let export = try await bench.export(ResearchBench.request("A-1"))
        #expect(export.rows.isEmpty && export.report.suppressedPersons == 4)
        #expect(export.withheld.counts[.grade] == 10)
    }

    @Test("RE-20: documents above the dataset's grade, of other kinds and other times stay")
    func outside() async throws {
        let bench = try await signed()
        let (start, day) = (ResearchBench.start, ResearchBench.day)
        for number in 1...6 {
            var other = try ResearchBench.report(200 + number)
            other = ResearchDocument(
                number: other.number, kind: .prescription, occurredAt: other.occurredAt, label: other.label, content: other.content)
            bench.source.add(
                ResearchSubject(person: try EnterpriseID(Int64(number)), birth: nil, sex: .male),
                [
                    try ResearchBench.report(number), other, try ResearchBench.report(300 + number, grade: 4),
                    try ResearchBench.report(400 + number, at: start.advanced(byNanoseconds: -11 * day)),
                ])
        }
        let export = try await bench.export(ResearchBench.request("A-1", from: start.advanced(byNanoseconds: -10 * day)))
        #expect(export.rows.count == 6)
        #expect(export.withheld.counts[.outside] == 12 && export.withheld.counts[.grade] == 6)
    }

    @Test("an agreement that is ended or over gives nothing; nor does one that a clock set back would revive")
    func ends() async throws {
        let bench = try await signed()
        try bench.fill(6)
        bench.advance(days: 365)
        let over = try await bench.refusal(ResearchBench.request("A-1"))
        #expect(over == .agreementNotInForce)
        bench.advance(days: -300)
        await bench.close()
        try await bench.open()
        let revived = try await bench.refusal(ResearchBench.request("A-1"))
        #expect(revived == .agreementNotInForce)
        let other = try await signed()
        try other.fill(6)
        try await other.agreements.end("A-1")
        try await other.agreements.end("A-1")
        let ended = try await other.refusal(ResearchBench.request("A-1"))
        #expect(ended == .agreementNotInForce)
        await #expect(throws: ResearchError.numberUsed("agreement")) {
            try await other.agreements.make(ResearchBench.agreement(kinds: [.prescription]), by: "admin/li")
        }
    }

    @Test("RE-26: by consent, only those who gave it to this project; taken back, they are out of the next")
    func consent() async throws {
        let bench = try await signed(.closed)
        try bench.fill(14)
        let closed = try await bench.refusal(ResearchBench.request("A-1"))
        #expect(closed == .closed)
        try await bench.catalogue.open(ResearchBench.opening(.consent), by: "admin/li")
        let nobody = try await bench.export(ResearchBench.request("A-1"))
        #expect(nobody.rows.isEmpty && nobody.report.persons == 0)
        let (labs, project) = (try DatasetCode("labs"), try ResearchBench.project())
        for number in 1...11 { try await bench.consents.give(try EnterpriseID(Int64(number)), labs, to: project) }
        for number in 12...14 {
            try await bench.consents.give(try EnterpriseID(Int64(number)), labs, to: ResearchBench.project("other"))
        }
        let eleven = try await bench.export(ResearchBench.request("A-1"))
        #expect(eleven.report.persons == 11)
        try await bench.consents.withdraw(try EnterpriseID(3), labs, from: project)
        let ten = try await bench.export(ResearchBench.request("A-1"))
        #expect(ten.report.persons == 10)
        let name = try #require(eleven.rows.map(\.person).first { each in !ten.rows.contains { $0.person == each } })
        #expect(!name.isEmpty)
        // Nine are too few to hide among.
        try await bench.consents.withdraw(try EnterpriseID(4), labs, from: project)
        let nine = try await bench.export(ResearchBench.request("A-1"))
        #expect(nine.rows.isEmpty && nine.report.suppressedPersons == 9)
    }

    @Test("RE-26: after processing, all of them, hidden among ten; while the opening lasts")
    func processed() async throws {
        let bench = try await signed(.closed)
        try bench.fill(10)
        try await bench.catalogue.open(ResearchBench.opening(.processed), by: "admin/li")
        let export = try await bench.export(ResearchBench.request("A-1"))
        #expect(export.report.persons == 10 && export.release.path == .processed)
        try await bench.catalogue.end(opening: "O-1")
        let ended = try await bench.refusal(ResearchBench.request("A-1"))
        #expect(ended == .closed)
    }

    @Test("RE-23: an open dataset is anyone's, marked so; withdrawn, it is nobody's")
    func open() async throws {
        let bench = try await ResearchBench()
        _ = try await bench.catalogue.list(ResearchBench.dataset(.open), by: "admin/li")
        try bench.fill(10)
        let export = try await bench.export(ResearchBench.request(project: ResearchBench.project(of: 77)))
        #expect(export.report.persons == 10 && export.label.grade == 1)
        try await bench.catalogue.withdraw(try DatasetCode("labs"), by: "admin/li")
        let gone = try await bench.refusal(ResearchBench.request(project: ResearchBench.project(of: 77)))
        #expect(gone == .unlisted)
    }

    @Test("what changes while documents are read is seen before anything is given", arguments: 0..<4)
    func meanwhile(change: Int) async throws {
        let bench = try await signed(change == 3 ? .closed : .conditional)
        try bench.fill(12)
        if change == 3 {
            try await bench.catalogue.open(ResearchBench.opening(.consent), by: "admin/li")
            for number in 1...12 {
                try await bench.consents.give(try EnterpriseID(Int64(number)), try DatasetCode("labs"), to: ResearchBench.project())
            }
        }
        bench.source.whenAsked {
            switch change {
            case 0: try await bench.agreements.end("A-1")
            case 1: _ = try await bench.catalogue.list(ResearchBench.dataset(.conditional, least: 50), by: "admin/li")
            case 2: try await bench.projects.end(ResearchBench.project())
            default: try await bench.consents.withdraw(try EnterpriseID(5), try DatasetCode("labs"), from: ResearchBench.project())
            }
        }
        let refusal = try await bench.refusal(ResearchBench.request("A-1"))
        #expect(refusal == [.agreementNotInForce, .changedMeanwhile, .projectEnded, .changedMeanwhile][change])
        let notes = try await bench.notes.page()
        #expect(notes.first?.outcome == refusal.map { .refused($0) })
        #expect(!notes.contains { if case .released = $0.outcome { true } else { false } })
    }

    @Test("an ended project's key is gone: nothing is exported for it again")
    func ended() async throws {
        let bench = try await signed()
        try bench.fill(6)
        _ = try await bench.export(ResearchBench.request("A-1"))
        try await bench.projects.end(ResearchBench.project())
        try await bench.projects.end(ResearchBench.project())
        let refusal = try await bench.refusal(ResearchBench.request("A-1"))
        #expect(refusal == .projectEnded)
        await #expect(throws: ResearchError.unknown("project")) { try await bench.projects.end(ResearchBench.project("none")) }
    }

    @Test("another secret opens no project's key")
    func secret() async throws {
        let bench = try await signed()
        try bench.fill(6)
        _ = try await bench.export(ResearchBench.request("A-1"))
        await bench.close()
        try await bench.open(secret: [UInt8](repeating: 6, count: 32))
        await #expect(throws: ResearchError.damaged("a project's key")) { _ = try await bench.export(ResearchBench.request("A-1")) }
    }

    @Test("limits and failures: too many rows, and a source that fails, give nothing")
    func failures() async throws {
        let bench = try await signed()
        try bench.fill(6)
        await #expect(throws: ResearchError.tooManyRows(limit: 5)) { _ = try await bench.export(ResearchBench.request("A-1"), limit: 5) }
        let all = try await bench.export(ResearchBench.request("A-1"), limit: 6)
        #expect(all.rows.count == 6)
        bench.source.breakDown()
        await #expect(throws: ResearchError.sourceFailed) { _ = try await bench.export(ResearchBench.request("A-1")) }
        let notes = try await bench.notes.page()
        #expect(notes.map(\.outcome) == [.allowed, .released(persons: 6, rows: 6), .allowed, .allowed])
    }

    @Test("notes and versions cannot be changed or deleted, and the file names no person who consented")
    func fixed() async throws {
        let bench = try await signed()
        _ = try await bench.refusal(ResearchBench.request())
        let database = try bench.research.database
        for sql in [
            "DELETE FROM research_accesses", "UPDATE research_accesses SET outcome = 'ALLOWED'", "DELETE FROM catalogue_datasets",
            "UPDATE catalogue_datasets SET level = 'open'",
        ] {
            await #expect(throws: StorageError.self) { try await database.write { tx in _ = try tx.execute(sql) } }
        }
        // The schema holds RE-24 and RE-25 as well.
        await #expect(throws: StorageError.self) {
            try await database.write { tx in
                _ = try tx.execute(
                    """
                    INSERT INTO catalogue_datasets (code, version, is_listed, part, title, owner, kinds, grade_ceiling, level, basis,
                        smallest_class, entered_at, entered_by)
                        VALUES ('x', 1, 1, 'care', 't', 'o', 'lab-report', 3, 'closed', '', 10, 0, 'a')
                    """)
            }
        }
    }
}
