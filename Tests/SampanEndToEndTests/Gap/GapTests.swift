import Foundation
import SampanAPI
import SampanHarness
import Testing

extension EndToEnd {
    @Suite("The network gap")
    struct GapTests {
        @Test("GW-01 GW-02: the inside listens on nothing and opens every connection across the gap")
        func directions() async throws {
            try await withRegion(workers: 3) { region in
                try await Hospital.at(region) { hospital in
                    #expect(try await hospital.pay("T1")?.state == .posted)
                    let supervisor = try #require(region.ferry.processID)
                    let workers = try await ProcessTable.waitForChildren(3, of: supervisor)
                    let gateway = try #require(region.gateway.processID)
                    // The payment needed one of them: the others may still be on their way.
                    let sockets = try await Self.whenAllAreConnected(workers)
                    try Self.checkInside([supervisor] + workers, sockets, region)
                    #expect(try sockets.tcp(of: supervisor).isEmpty, "the supervisor needs no network")
                    try Self.checkOutside(gateway, sockets, region)
                    let listening = try sockets.tcp(of: gateway).filter(\.isListening)
                    #expect(
                        listening.map(\.local.port) == [region.gatewayPort],
                        "the canary: what listens is seen")
                }
            }
        }

        /// The kernel's table as soon as each worker has a connection; throws when one has none after a minute.
        private static func whenAllAreConnected(_ workers: [Int32]) async throws -> SocketTable {
            try await Waiting.value("every worker's connection", limit: .seconds(60)) {
                let sockets = try SocketTable()
                return try workers.allSatisfy { try !sockets.tcp(of: $0).isEmpty } ? sockets : nil
            }
        }

        /// No listener of any kind, and every connection leads to the gateway's port.
        private static func checkInside(_ processes: [Int32], _ sockets: SocketTable, _ region: Region) throws {
            for process in processes {
                let held = try sockets.tcp(of: process)
                #expect(held.allSatisfy { !$0.isListening })
                let others = try sockets.otherListeners(of: process)
                #expect(others.isEmpty, "process \(process) of \(processes)")
                #expect(held.allSatisfy { $0.remote.port == region.gatewayPort && $0.local.port != region.gatewayPort })
            }
        }

        /// What the gateway opened itself leads to the channel and nowhere else.
        private static func checkOutside(_ gateway: Int32, _ sockets: SocketTable, _ region: Region) throws {
            let opened = try sockets.tcp(of: gateway).filter { !$0.isListening && $0.local.port != region.gatewayPort }
            #expect(opened.allSatisfy { $0.remote.port == region.simulatorPort })
            #expect(try sockets.otherListeners(of: gateway).isEmpty)
        }

        @Test("GW-19: the outside holds no address, path or credential of the inside")
        func secrets() async throws {
            let day = [try dayRequest("T1", .ok)]
            try await withRegion(workers: 2, day: day) { region in
                let last = try await Hospital.at(region) { try await $0.pay("T1") }
                #expect(last?.state == .posted)
                let supervisor = try #require(region.ferry.processID)
                let gateway = try #require(region.gateway.processID)
                let inside = try await Self.marks(of: supervisor, region)
                let outside = try Self.files(of: gateway, region)
                #expect(outside.count >= 6, "configuration, certificate, key, roots, two databases")
                for file in outside {
                    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
                    for mark in inside { #expect(bytes.range(of: mark.bytes) == nil, "\(mark.name) stands in \(file)") }
                }
                let open = try SocketTable.openFiles(of: gateway)
                #expect(open.contains { $0.hasSuffix("requests.db") }, "the canary: what is open is seen")
                for mark in ["his.db", "ferry", "faults.csv"] { #expect(!open.contains { $0.contains(mark) }, "\(mark)") }
                // The scan sees what is there: the ferry's own files hold the marks.
                let ferry = try Data(contentsOf: URL(fileURLWithPath: "\(region.directory)/ferry.yaml"))
                #expect(inside.contains { ferry.range(of: $0.bytes) != nil })
            }
        }

        private struct Mark {
            let name: String
            let bytes: Data
        }

        /// What the outside must not know: where the inside is, what it is called, what it shows and what it holds.
        private static func marks(of supervisor: Int32, _ region: Region) async throws -> [Mark] {
            let files = region.credentialFiles("ferry")
            var marks = ["his.db", "ferry.yaml", "ferry.pem", "ferry.key", "faults.csv"].map { Mark(name: $0, bytes: Data($0.utf8)) }
            for (name, file) in [("the ferry's key", files.key), ("the ferry's certificate", files.certificate)] {
                // A line from the middle, where the key itself stands: long enough to be in no other file by chance.
                let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").prefix { !$0.hasPrefix("-----END") }
                let line = lines[lines.count / 2]
                marks.append(Mark(name: name, bytes: Data(line.utf8)))
            }
            let sockets = try SocketTable()
            for worker in ProcessTable.children(of: supervisor) {
                for entry in try sockets.tcp(of: worker) {
                    marks.append(Mark(name: "a worker's address", bytes: Data("127.0.0.1:\(entry.local.port)".utf8)))
                }
            }
            return marks
        }

        private static func files(of gateway: Int32, _ region: Region) throws -> [String] {
            let own = ["gateway.yaml", "trust/gateway.pem", "trust/gateway.key", "trust/trust.pem"].map { "\(region.directory)/\($0)" }
            let data = "\(region.directory)/data"
            return own + (try FileManager.default.contentsOfDirectory(atPath: data)).map { "\(data)/\($0)" }
        }
    }
}
