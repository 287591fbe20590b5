import Glibc
import SampanCrypto
import SampanDomain
import SampanRecords
import SampanStorage

/// A program that tests kill: stores documents, amends some, and rotates keys at the same time, without end. Says each document that is
/// durable, `stored ID VERSION SIZE FILL`, and `rotated` after each whole rotation. Usage: records-workload FILE SEED
@main
struct RecordsWorkload {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let seed = UInt64(arguments[2]) else { return print("usage: records-workload FILE SEED") }
        let path = arguments[1]
        let master = try MasterKey(secret: [UInt8](repeating: 7, count: 32))
        let other = try MasterKey(secret: [UInt8](repeating: 8, count: 32))
        let start = UnixTime(nanoseconds: 1_795_737_600 * 1_000_000_000)
        let records = try await RecordsDatabase(
            path: path, keys: KeyRing(current: seed.isMultiple(of: 2) ? master : other, former: [master, other])
        ) { start }
        let writer = DocumentWriter(records)
        _ = try await writer.sweep()
        let institution = try InstitutionCode("H1", scheme: .local)
        let patient = try EnterpriseID(1)
        let label = try SecurityLabel(.care, grade: 3)
        let details = try DocumentDetails(title: "血常规", author: StaffID("D1"), mediaType: "text/plain")

        Task {
            while true {
                let rotation = KeyRotation(records)
                try await rotation.replaceKey(of: institution)
                try await rotation.run()
                say("rotated")
            }
        }
        var number: UInt64 = 0
        while true {
            number += 1
            // From one byte to four batches of chunks: most lives end within an upload.
            let size = number % 7 == 0 ? 4 << 20 : Int(number &* 7_919 % 200_000) + 1
            let fill = UInt8(truncatingIfNeeded: number &+ seed)
            let document = NewDocument(
                patient: patient, kind: .labReport, occurredAt: start.advanced(byNanoseconds: Int64(number)), custodian: institution,
                label: label, details: details)
            let upload = try await writer.store(document, owner: institution, request: RequestID("w-\(seed)-\(number)"))
            var left = size
            while left > 0 {
                let piece = min(left, 100_000)
                try await upload.append([UInt8](repeating: fill, count: piece))
                left -= piece
            }
            var stored = try await upload.finish()
            if number.isMultiple(of: 3) {
                let amendment = try await writer.amend(
                    stored.document, base: 1, patient: patient, custodian: institution, label: label, details: details, owner: institution,
                    request: RequestID("a-\(seed)-\(number)"))
                try await amendment.append([UInt8](repeating: fill, count: size))
                stored = try await amendment.finish()
            }
            say("stored \(stored.document.text) \(stored.version) \(size) \(fill)")
        }
    }

    private static func say(_ text: String) {
        print(text)
        fflush(nil)
    }
}
