import Testing

@testable import sampan

@Suite("Tables on a terminal")
struct TextTableTests {
    @Test("columns line up, also beside Chinese text; nothing stands after the last cell")
    func columns() {
        let table = TextTable(["名", "x"], [["医院", "1"], ["a", "22"], ["", "3"]])
        #expect(table.text == "名    x\n医院  1\na     22\n      3")
        #expect(TextTable(["a"], []).text == "a")
    }

    @Test("width", arguments: [("", 0), ("abc", 3), ("某县", 4), ("ａ", 2), ("e\u{301}", 1), ("🏥", 2), ("𠮷", 2)])
    func width(text: String, expected: Int) {
        #expect(TextTable.width(text) == expected)
    }
}
