import ArgumentParser
import Foundation
import SampanAPI
import SampanDomain

/// Files that registry commands read and send.
enum RegistryFileInput {
    /// Of one message of an upload. 256 KiB: a sixteenth of what a node takes.
    private static let piece = 256 << 10

    /// The bytes of a file. Ends the command with 66 for one that cannot be read.
    static func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            StandardError.line("Error: \(CertificateDescription.printable(path)) is missing or cannot be read")
            throw ExitCode(66)
        }
        return [UInt8](data)
    }

    /// In pieces; one empty piece of an empty file. Tells how far it is when there is a person to tell.
    static func pieces(_ bytes: [UInt8], _ send: (ArraySlice<UInt8>) async throws -> Void) async throws {
        var rest = bytes[...]
        repeat {
            try await send(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            if bytes.count > 4 * piece {
                StandardError.line("sent \(bytes.count - rest.count) of \(bytes.count) bytes")
            }
        } while !rest.isEmpty
    }

    /// A moment that a person writes: a day, or `2026-11-18 08:00:00`, in China; nil for none.
    static func moment(_ text: String?, _ option: String) throws -> GoogleProtobuf.Timestamp? {
        guard let text else { return nil }
        let midnight = BusinessDay(text).flatMap { try? UnixTime(chinaText: "\($0) 00:00:00") }
        guard let time = midnight ?? (try? UnixTime(chinaText: text)) else {
            throw ValidationError("\(option) is a day as 2026-11-18, or a time in China as \"2026-11-18 08:00:00\".")
        }
        return GoogleProtobuf.Timestamp(nanosecondsSince1970: time.nanoseconds)
    }
}

/// What an import did, for people and for programs.
struct ImportReport: Encodable {
    struct Fault: Encodable {
        let line: UInt64
        let column: String
        let message: String
    }

    let rows: UInt64
    let added: UInt64
    let changed: UInt64
    let unchanged: UInt64
    let removed: UInt64
    let faultCount: UInt64
    let faults: [Fault]
    let version: Int64?

    init(_ result: IdentityV1.ImportResult?, removed: UInt64 = 0, version: Int64? = nil) {
        let result = result ?? IdentityV1.ImportResult()
        (rows, added, changed, unchanged) = (result.rows, result.added, result.changed, result.unchanged)
        (self.removed, faultCount, self.version) = (removed, result.faultCount, version)
        faults = result.faults.map { Fault(line: $0.line, column: $0.column, message: $0.message) }
    }

    /// Prints it, and ends the command with 65 where nothing was taken.
    func put(json: Bool, dryRun: Bool, of file: String) throws {
        if json {
            StandardOutput.line(try JSONText.of(self))
        } else if faultCount == 0 {
            let head = dryRun ? "dry run: " : ""
            let gone = removed > 0 ? ", \(removed) gone" : ""
            let version = version.map { "; version \($0)" } ?? ""
            StandardOutput.line("\(head)\(rows) rows: \(added) new, \(changed) changed, \(unchanged) as before\(gone)\(version)")
        }
        guard faultCount > 0 else { return }
        let name = CertificateDescription.printable(file)
        for fault in faults {
            let place = fault.column.isEmpty ? "" : ", column \(fault.column)"
            StandardError.line("\(name): line \(fault.line)\(place): \(CertificateDescription.printable(fault.message))")
        }
        StandardError.line("Error: \(name): \(faultCount) faults; nothing was taken")
        throw ExitCode(65)
    }
}
