import Testing

@testable import SampanServices

@Suite("Gaps between receipts")
struct ReceiptGapsTests {
    @Test(
        "ST-07: what lies between the numbers of one book, and of no other",
        arguments: [
            ([], [], 0), (["H2611180000001"], [], 0), (["H2611180000001", "H2611180000002"], [], 0),
            (["H2611180000001", "H2611180000003"], ["H2611180000002-H2611180000002"], 1),
            (
                ["H2611180000009", "H2611180000012", "H2611190000007", "H2611190000010"],
                ["H2611180000010-H2611180000011", "H2611190000008-H2611190000009"], 4
            ),
            (["H2611180000001", "H2611189999999"], ["H2611180000002-H2611189999998"], 9_999_997),
            (["H1", "H2611180000001", "X", "H2611180000002"], [], 0),
        ] as [([String], [String], Int64)])
    func table(receipts: [String], gaps: [String], missing: Int64) {
        var found = ReceiptGaps()
        for receipt in receipts { found.take(receipt) }
        #expect(found.listed.map { "\($0.first)-\($0.last)" } == gaps && found.missing == missing)
    }

    @Test("ST-07: a hundred gaps are listed, all numbers counted")
    func many() {
        var found = ReceiptGaps()
        for number in stride(from: 1, through: 401, by: 2) {
            found.take("H261118" + String(repeating: "0", count: 7 - "\(number)".count) + "\(number)")
        }
        #expect(found.listed.count == 100 && found.missing == 200)
    }
}
