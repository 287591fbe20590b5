import SampanIdentity
import Testing

@Suite("Files of registrations")
struct ResidentTableTests {
    private static let header = "rec_id,org_code,local_pid,name,sex,birth_date,id_type,id_no,phone,address,guardian_name,guardian_id,note"

    @Test("quotes, CRLF and a byte-order mark are read; bad rows are named by line only")
    func rows() async throws {
        let text =
            "\u{FEFF}\(Self.header)\r\nR1,H1,1,\"王,\"\"丽\",2,,,,,,,,x\r\nR2,H1,2,李强\r\nR1,H1,3,,,,,,,,,,\r\n,H1,4,,,,,,,,,,\nR5,H1,1,,,,,,,,,,\nR6,H1,6,\"a\nb\",,,,,,,,,"
        let table = try await ResidentTable(Array(text.utf8), lanes: 2)
        #expect(table.count == 2)
        #expect(table.row(0)[3] == "王,\"丽")
        #expect(table.row(1)[3] == "a\nb")
        #expect(table.faults.map(\.line) == [3, 4, 5, 6])
        #expect(table.faults.allSatisfy { !$0.problem.contains("李强") })
    }

    @Test("a column that is missing is named", arguments: ["rec_id", "guardian_id"])
    func column(_ name: String) async {
        let text = Self.header.replacing("\(name)", with: "other")
        let failure = await #expect(throws: ResidentTable.Failure.self) { try await ResidentTable(Array(text.utf8), lanes: 1) }
        #expect(failure?.problem == "lacks the column \(name)")
    }
}
