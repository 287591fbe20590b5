import SampanDomain
import Testing

@Suite("CSV")
struct CSVTests {
    @Test(
        "what is right is read",
        arguments: [
            ("a,b\n1,2\n", [["1", "2"]]), ("a,b\r\n1,2", [["1", "2"]]), ("\u{FEFF}a,b\n,\n", [["", ""]]),
            ("a,b\n\"x,\"\"y\"\"\",\"l1\nl2\"\r\n", [["x,\"y\"", "l1\nl2"]]), ("a,b\n", []), ("a,b\n\"\",\"\"", [["", ""]]),
            ("a,b\n1,", [["1", ""]]),
        ])
    func read(text: String, rows: [[String]]) throws {
        let table = try CSVTable(Array(text.utf8))
        #expect(table.header == ["a", "b"])
        #expect(table.rows.map(\.fields) == rows)
        #expect(table.rows.first.map { $0.line } ?? 2 == 2)
    }

    @Test(
        "what is wrong names its line",
        arguments: [
            ("", .noHeader, 1), ("a,a\n", .duplicateColumn("a"), 1), ("a,b\n1\n", .fieldCount(found: 1, expected: 2), 2),
            ("a,b\n1,2\n1,2,3\n", .fieldCount(found: 3, expected: 2), 3), ("a,b\n1,x\"y\n", .strayQuote, 2),
            ("a,b\n\"x\"y,1\n", .strayQuote, 2),
            ("a,b\n1,\"x\n\n", .unterminatedQuote, 2), ("a,b\n1\r,2\n", .strayCarriageReturn, 2),
            ("a,b\n1,2\n\n", .fieldCount(found: 1, expected: 2), 3),
        ] as [(String, CSVError.Problem, Int)])
    func wrong(text: String, problem: CSVError.Problem, line: Int) {
        #expect(throws: CSVError(problem, line: line)) { try CSVTable(Array(text.utf8)) }
    }

    @Test("bytes that are not UTF-8 are refused")
    func notUTF8() {
        #expect(throws: CSVError(.notUTF8, line: 2)) { try CSVTable(Array("a\n".utf8) + [0xC3, 0x28, 0x0A]) }
    }

    @Test("columns go by name")
    func columns() throws {
        let table = try CSVTable(Array("x,y\n1,2\n".utf8))
        #expect(try table.rows[0][table.column("y")] == "2")
        #expect(throws: CSVError(.missingColumn("z"), line: 1)) { try table.column("z") }
    }

    @Test("what is written reads back", arguments: 0..<50 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let alphabet: [Character] = ["a", ",", "\"", "\n", "\r", "元", " "]
        let width = 1 + random(4)
        let rows = (0..<random(20)).map { _ in
            (0..<width).map { _ in String((0..<random(6)).map { _ in alphabet[random(alphabet.count)] }) }
        }
        var writer = CSVWriter(header: (0..<width).map { "c\($0)" })
        for row in rows { writer.append(row) }
        #expect(try CSVTable(writer.bytes).rows.map(\.fields) == rows, "seed \(seed)")
    }

    @Test("hostile bytes end in an error or a table", arguments: 0..<200 as Range<UInt64>)
    func hostile(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        let bytes = (0..<64).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Array("\",\n\rab\u{FF}".utf8)[Int(state >> 33) % 8]
        }
        do {
            let table = try CSVTable(bytes)
            #expect(table.rows.allSatisfy { $0.fields.count == table.header.count })
        } catch {
            #expect(error.line >= 1)
        }
    }
}
