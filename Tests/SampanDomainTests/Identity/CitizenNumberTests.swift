import SampanDomain
import Testing

@Suite("ID-03: citizen number (GB 11643)")
struct CitizenNumberTests {
    @Test(
        "a right number is read however it is written",
        arguments: [
            ("11010519491231002X", 19_491_231, Sex.female), ("11010519491231002x", 19_491_231, .female),
            ("440524188001010014", 18_800_101, .male), ("１１０１０５１９４９１２３１００２Ｘ", 19_491_231, .female),
            (" 110105 19491231 002X ", 19_491_231, .female), ("110105-19491231-002X", 19_491_231, .female),
            ("329905760101001", 19_760_101, .male),
        ])
    func right(_ text: String, _ birth: Int, _ sex: Sex) throws {
        let number = try CitizenNumber(text)
        #expect(number.birthDate.number == birth)
        #expect(number.sex == sex)
        #expect(number.text.utf8.count == 18)
    }

    @Test("15 digits become the 18 of the same person")
    func upgraded() throws {
        #expect(try CitizenNumber("110105491231002").text == "11010519491231002X")
    }

    @Test(
        "a wrong number is refused with what is wrong, and the message does not repeat it",
        arguments: [
            ("", "0 characters"), ("1", "1 characters"), ("11010519491231002", "17 characters"), ("11010519491231002XX", "19 characters"),
            ("110105194912310021", "check character"), ("110105194912310201", "check character"), ("11010519491X310020", "not a digit"),
            ("11010549123100X", "not all digits"), ("329905760230001", "not a day"),
        ])
    func wrong(_ text: String, _ problem: String) {
        #expect {
            try CitizenNumber(text)
        } throws: { error in
            guard let error = error as? DomainError else { return false }
            return error.message.contains(problem) && (text.count < 3 || !error.message.contains(text))
        }
    }

    @Test("every wrong digit and every swap of neighbours is found")
    func everySlip() throws {
        let right = Array("11010519491231002X".utf8)
        for place in 0..<18 {
            for digit in UInt8(ascii: "0")...UInt8(ascii: "9") where digit != right[place] {
                var wrong = right
                wrong[place] = digit
                #expect(throws: DomainError.self) { try CitizenNumber(normalized: wrong) }
            }
            guard place < 17, right[place] != right[place + 1] else { continue }
            var wrong = right
            wrong.swapAt(place, place + 1)
            #expect(throws: DomainError.self) { try CitizenNumber(normalized: wrong) }
        }
    }

    @Test("it is shown masked")
    func masked() throws {
        #expect("\(try CitizenNumber("11010519491231002X"))" == "110*************2X")
    }
}

@Suite("ID-05: identity papers")
struct IdentityPaperTests {
    @Test(
        "numbers of each kind are brought into one way of writing",
        arguments: [
            (IdentityPaper.Kind.passport, "e1234 5678", "E12345678"), (.hongKongMacaoPermit, "h12345678", "H12345678"),
            (.hongKongMacaoPermit, "M1234567801", "M1234567801"), (.taiwanPermit, "01234567", "01234567"),
            (.officerCard, "军字第 882676号", "军字第882676号"), (.householdBook, "11010519491231002x", "11010519491231002X"),
            (.drivingLicence, "110105491231002", "11010519491231002X"), (.other, "ab 12", "AB12"),
        ])
    func right(_ kind: IdentityPaper.Kind, _ text: String, _ number: String) throws {
        #expect(try IdentityPaper(kind: kind, number: text).number == number)
    }

    @Test(
        "a wrong one is refused",
        arguments: [
            (IdentityPaper.Kind.passport, "E1"), (.passport, "护照12345"), (.hongKongMacaoPermit, "A12345678"),
            (.hongKongMacaoPermit, "H123456789"), (.taiwanPermit, "1234567"), (.citizenCard, "110105194912310021"), (.other, ""),
        ])
    func wrong(_ kind: IdentityPaper.Kind, _ text: String) {
        #expect(throws: DomainError.self) { try IdentityPaper(kind: kind, number: text) }
    }

    @Test("a kind that the table does not have is refused")
    func kind() {
        #expect(throws: DomainError.self) { try IdentityPaper.Kind(code: "08") }
    }
}

@Suite("Birth date")
struct BirthDateTests {
    @Test("days of the calendar are read", arguments: [("20240229", 20_240_229), ("2000-02-29", 20_000_229), ("1850/01/01", 18_500_101)])
    func right(_ text: String, _ number: Int) throws {
        #expect(try BirthDate(text).number == number)
    }

    @Test(
        "others are not",
        arguments: ["", "20230229", "19000229", "20231301", "20230100", "2023-1-1", "18491231", "22000101", "２０２３０１０１", "2023-01/01"])
    func wrong(_ text: String) {
        #expect(throws: DomainError.self) { try BirthDate(text) }
    }

    @Test("days are counted over leap years")
    func counted() throws {
        #expect(try BirthDate("20240301").dayCount - BirthDate("20240228").dayCount == 2)
        #expect(try BirthDate("20000101").dayCount - BirthDate("19000101").dayCount == 36_524)
    }
}
