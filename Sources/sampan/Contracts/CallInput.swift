import ArgumentParser
import Foundation
import SampanRPC

/// What a call sends: JSON from the command line, a file or standard input, and header fields.
enum CallInput {
    /// Of the JSON of all messages together.
    static let maximumBytes = 8 << 20

    /// `text` itself, of the file behind an `@`, or of standard input for `-`.
    static func json(_ text: String) throws -> [UInt8] {
        if text == "-" { return try read(.standardInput, "standard input") }
        guard text.hasPrefix("@") else { return Array(text.utf8) }
        let path = String(text.dropFirst())
        guard let file = FileHandle(forReadingAtPath: path) else { throw AdminFailure("\(path) cannot be read") }
        defer { try? file.close() }
        return try read(file, path)
    }

    private static func read(_ file: FileHandle, _ name: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            while let part = try file.read(upToCount: 1 << 16), !part.isEmpty {
                bytes += part
                guard bytes.count <= maximumBytes else { throw AdminFailure("\(name) has more than \(maximumBytes) bytes") }
            }
        } catch let failure as AdminFailure {
            throw failure
        } catch {
            throw AdminFailure("\(name) cannot be read")
        }
        return bytes
    }

    /// Fields as `name: value`; of names that end in `-bin`, the value is base64.
    static func metadata(_ headers: [String]) throws -> Metadata {
        var metadata = Metadata()
        for header in headers {
            guard let colon = header.firstIndex(of: ":") else { throw ValidationError("--header is NAME: VALUE.") }
            let (name, value) = (String(header[..<colon]), header[header.index(after: colon)...].drop { $0 == " " })
            do throws(MetadataError) {
                if name.lowercased().hasSuffix("-bin") {
                    guard let bytes = Base64.decode(Array(value.utf8).span) else { throw .bytesForTextKey(name) }
                    try metadata.append(bytes, for: name)
                } else {
                    try metadata.append(String(value), for: name)
                }
            } catch {
                throw ValidationError(CertificateDescription.printable("--header \(name): \(why(error))"))
            }
        }
        return metadata
    }

    private static func why(_ error: MetadataError) -> String {
        switch error {
        case .illegalKey: "a name has letters, digits, '_', '-' and '.'"
        case .reservedKey: "this name belongs to the protocol"
        case .textForBinaryKey, .bytesForTextKey: "the value of a -bin name is base64"
        case .valueNotPrintableASCII: "a value is printable ASCII; use a name that ends in -bin"
        }
    }
}
