import Foundation
import SampanTestSupport
import StoreTestSupport
import Testing

extension EndToEnd {
    @Suite("Bad input: a day that is malformed")
    struct BadDayTests {
        struct Case: CustomTestStringConvertible {
            let name: String
            let bytes: [UInt8]
            /// What the message has to hold: the line, and what is wrong.
            let says: [String]

            var testDescription: String { name }

            init(_ name: String, _ text: String, says: String...) {
                (self.name, bytes, self.says) = (name, [UInt8](text.utf8), says)
            }

            init(_ name: String, bytes: [UInt8], says: String...) {
                (self.name, self.bytes, self.says) = (name, bytes, says)
            }
        }

        private static let header = "out_trade_no,channel,org_code,biz_type,amount_fen,pay_outcome,his_outcome\n"
        private static let good = "G1,WX,4699010001,挂号费,1500,PAID,OK\n"

        private static func day(_ line: String) -> String { header + good + line + "\n" }

        static let cases: [Case] = [
            Case("empty file", "", says: "line 1"),
            Case("header alone", header, says: "no requests"),
            Case("missing column", header.replacing("amount_fen,", with: ""), says: "line 1", "amount_fen"),
            Case("column twice", header.replacing("channel", with: "org_code"), says: "line 1", "org_code"),
            Case("short row", day("G2,WX,4699010001"), says: "line 3"),
            Case("quote left open", day("\"G2,WX,4699010001,挂号费,1,PAID,OK"), says: "line 3"),
            Case("not UTF-8", bytes: [UInt8](header.utf8) + [0xC3, 0x28, 0x0A], says: "line 2", "UTF-8"),
            Case("a NUL", bytes: [UInt8](day("").utf8.dropLast()) + [0, 0x0A], says: "line 3"),
            Case("unknown channel", day("G2,UNIONPAY,4699010001,挂号费,1,PAID,OK"), says: "line 3", "channel"),
            Case("unknown institution", day("G2,WX,4699019999,挂号费,1,PAID,OK"), says: "line 3", "org_code"),
            Case("malformed institution", day("G2,WX,,挂号费,1,PAID,OK"), says: "line 3"),
            Case("unknown kind", day("G2,WX,4699010001,停车费,1,PAID,OK"), says: "line 3"),
            Case("amount 0", day("G2,WX,4699010001,挂号费,0,PAID,OK"), says: "line 3", "amount_fen"),
            Case("amount -1", day("G2,WX,4699010001,挂号费,-1,PAID,OK"), says: "line 3", "amount_fen"),
            Case("amount above the limit", day("G2,WX,4699010001,挂号费,100000001,PAID,OK"), says: "line 3", "amount_fen"),
            Case("amount beyond Int64", day("G2,WX,4699010001,挂号费,9223372036854775808,PAID,OK"), says: "line 3", "amount_fen"),
            Case("amount with a point", day("G2,WX,4699010001,挂号费,15.00,PAID,OK"), says: "line 3", "amount_fen"),
            Case("amount with a plus", day("G2,WX,4699010001,挂号费,+15,PAID,OK"), says: "line 3", "amount_fen"),
            Case("amount in words", day("G2,WX,4699010001,挂号费,ten,PAID,OK"), says: "line 3", "amount_fen"),
            Case("order number twice", day("G1,WX,4699010001,挂号费,1,PAID,OK"), says: "line 3", "out_trade_no"),
            Case("order number with a space", day("G 2,WX,4699010001,挂号费,1,PAID,OK"), says: "line 3", "out_trade_no"),
            Case("HIS outcome of an unpaid", day("G2,WX,4699010001,挂号费,1,UNPAID,OK"), says: "line 3", "his_outcome"),
            Case("paid without a HIS outcome", day("G2,WX,4699010001,挂号费,1,PAID,"), says: "line 3", "his_outcome"),
            Case("unknown HIS outcome", day("G2,WX,4699010001,挂号费,1,PAID,MAYBE"), says: "line 3", "his_outcome"),
            Case("unknown payer's outcome", day("G2,WX,4699010001,挂号费,1,LATER,OK"), says: "line 3", "pay_outcome"),
        ]

        @Test("CE-01: it is refused with its line, and nothing is started", arguments: cases)
        func refused(_ day: Case) async throws {
            let scratch = try TemporaryDirectory()
            try Data(day.bytes).write(to: URL(fileURLWithPath: scratch.file("day.csv")))
            let run = try await Self.demo(["--requests", scratch.file("day.csv"), "--out", scratch.file("out")], scratch)
            #expect(run.status != 0)
            for text in day.says { #expect(run.errors.contains(text), "\(run.errors)") }
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["day.csv"], "no region, no ledger")
        }

        @Test("CE-01: a file that is not there is refused by its name")
        func missingFile() async throws {
            let scratch = try TemporaryDirectory()
            let run = try await Self.demo(["--requests", scratch.file("nowhere.csv")], scratch)
            #expect(run.status != 0)
            #expect(run.errors.contains("nowhere.csv"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
        }

        @Test("Wrong arguments are refused", arguments: [["--workers", "0"], ["--workers", "65"], ["--workers", "x"], ["--nonsense"]])
        func wrongArguments(_ arguments: [String]) async throws {
            let scratch = try TemporaryDirectory()
            let run = try await Self.demo(arguments, scratch)
            #expect(run.status == 64)
            #expect(run.errors.contains("--"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
        }

        private static func demo(_ arguments: [String], _ scratch: TemporaryDirectory) async throws -> FinishedProgram {
            try await FinishedProgram.run("\(try Programs.folder())/sampan-harness", ["demo"] + arguments, scratch: scratch)
        }
    }
}
