import Foundation
import SampanDomain
import StoreTestSupport
import Testing

@testable import SampanReconciliation

@Suite("What the channels may charge")
struct FeeContractTests {
    private func contract(_ text: String) throws -> FeeContract {
        let directory = try TemporaryDirectory()
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory.file("fees.csv")))
        return try FeeContractReader.read(directory.file("fees.csv"))
    }

    @Test(
        "a file of rates, in any order of lines and columns",
        arguments: ["org,basis_points\n*,38\nA,0\n县医院,10000\n", "\u{FEFF}basis_points,note,org\r\n10000,x,县医院\r\n38,,*\r\n0,,A\r\n"])
    func rates(text: String) throws {
        let contract = try contract(text)
        #expect(["A", "县医院", "B"].map { contract.fee(of: 12_345, institution: $0) } == [0, 12_345, 47])
    }

    @Test(
        "what is none, with line and column",
        arguments: [
            ("org,basis_points\nA,20\n", "column org: no line of *"),
            ("org,basis_points\n*,10001\n", "line 2: column basis_points: more than"),
            ("org,basis_points\n*,0.6\n", "line 2: column basis_points: not a whole number"),
            ("org,basis_points\n*,-1\n", "line 2: column basis_points: not a whole number"),
            ("org,basis_points\n*,60\nA,1\nA,1\n", "line 4: column org: the institution stands twice"),
            ("org,basis_points\n*,60\n,1\n", "line 3: column org: empty"), ("org,rate\n*,60\n", "column basis_points: is missing"),
            ("", "the file is empty"),
        ])
    func refused(text: String, message: String) throws {
        let error = #expect(throws: ReconciliationError.self) { try contract(text) }
        #expect(error.map { "\($0)".contains(message) } == true, "\(String(describing: error))")
    }

    @Test("a day is held against the rates that were named")
    func day() throws {
        let fixture = try BillFixture()
        func fees(_ file: String?) throws -> Int {
            let day = try #require(BusinessDay("20261118"))
            let report = try Reconciliation(day: day, folder: fixture.folder, output: fixture.output, fees: file).run()
            return report.counts.first { $0.type == .feeMismatch }?.count ?? 0
        }
        let named = fixture.directory.file("fees.csv")
        try Data("org,basis_points\n4699010003,20\n*,60\n".utf8).write(to: URL(fileURLWithPath: named))
        let usual = try fees(nil)
        #expect(try fees(named) == usual)
        try Data("org,basis_points\n4699010003,20\n*,61\n".utf8).write(to: URL(fileURLWithPath: named))
        #expect(try fees(named) > usual)
        try FileManager.default.removeItem(atPath: fixture.output)
        #expect(throws: ReconciliationError.self) { try fees(fixture.directory.file("none.csv")) }
        #expect(!FileManager.default.fileExists(atPath: fixture.output))
    }
}
