import Foundation
import SampanAPI
import SampanHarness
import SampanTestSupport
import Testing

extension EndToEnd {
    @Suite("Sealed to the inside")
    struct SealingTests {
        /// In no word of any program.
        private static let patient = "QX47110815"

        @Test("GW-19: what the outside keeps of a request is sealed: neither its bytes nor the inside's key are in any of its files")
        func sealed() async throws {
            try await withRegion(workers: 1) { region in
                try await Hospital.at(region) { hospital in
                    // Stored while nobody takes it, and then posted.
                    await region.ferry.stop()
                    let seq = try #require(try await hospital.submit(Self.request(hospital))?.seq)
                    try Self.check(region)
                    try await region.ferry.start()
                    #expect(try await hospital.outcome(ofRow: seq)?.state == .posted)
                    try Self.check(region)
                }
                // The canary: inside, where it belongs, the look finds it.
                await region.stop()
                let his = try Data(contentsOf: URL(fileURLWithPath: region.hisDatabase))
                #expect(his.range(of: Data(Self.patient.utf8)) != nil)
            }
        }

        @Test("GW-12: a payment that is sealed to a key which the inside does not have goes back")
        func unknownKey() async throws {
            try await withRegion(workers: 2, starts: false) { region in
                let files = ["sealing.key", "other.pub"].map { "\(region.directory)/\($0)" }
                try FileManager.default.removeItem(atPath: files[0])
                let made = try await FinishedProgram.run(
                    "\(try Programs.folder())/sampan", ["ferry", "keygen", "--private", files[0], "--public", files[1]],
                    timeout: .seconds(60))
                #expect(made.status == 0, "\(made.errors)")
                try await region.start()
                let last = try await Hospital.at(region) { try await $0.pay("T1") }
                #expect(last?.state == .refunded)
                #expect(last?.reason == "SEALED_TO_UNKNOWN_KEY")
            }
        }

        private static func request(_ hospital: Hospital) -> GatewayV1.Request {
            var request = hospital.row("S1")
            if case .outpatientFee(var fee) = request.command {
                fee.charge?.patientNumber = patient
                request.command = .outpatientFee(fee)
            }
            return request
        }

        private static func check(_ region: Region) throws {
            let data = "\(region.directory)/data"
            let files =
                try FileManager.default.contentsOfDirectory(atPath: data).map { "\(data)/\($0)" } + ["\(region.directory)/gateway.yaml"]
            #expect(files.contains { $0.hasSuffix("requests.db") })
            let key = try String(contentsOfFile: "\(region.directory)/sealing.key", encoding: .utf8).split(separator: "\n")[1]
            for file in files {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
                #expect(bytes.range(of: Data(patient.utf8)) == nil, "the patient stands in \(file)")
                #expect(bytes.range(of: Data(key.utf8)) == nil, "the inside's key stands in \(file)")
            }
        }
    }
}
