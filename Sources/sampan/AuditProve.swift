import ArgumentParser
import Foundation
import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh

struct AuditProve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Write a proof out of an audit log that sampan-verify checks.",
        discussion: """
            One of: that an entry is in the log (--entry), that the log goes on from an older tree head (--since), who read a \
            person's record, all of them (--person, --person-key), or the newest tree head to be kept elsewhere (--head).

            Examples:
              sampan audit prove data --entry 4711 --out entry.proof
              sampan audit prove data --since 4000 --out longer.proof
              sampan audit prove data --person 20017 --out readers.proof
              sampan audit prove data --head --out kept.head

            Exit code: 0, 1 the log cannot be read, or has no tree head over it, 64 wrong usage.
            """)

    @OptionGroup var log: AuditFile
    @Option(help: "That this entry is in the log.")
    var entry: UInt64?
    @Option(help: "That the log goes on from its tree head over so many entries; 0 for its first.")
    var since: UInt64?
    @Option(help: "Everyone who read the record of this person: number in the patient index. Needs audit-person.key beside the log.")
    var person: Int64?
    @Option(help: "The same, of the person whose own key this is: 64 hexadecimal digits.")
    var personKey: String?
    @Flag(help: "The newest tree head.")
    var head = false
    @Option(help: "The file to write (0600).")
    var out: String
    @Flag(help: "Print a JSON object about what was written.")
    var json = false

    private struct Answer: Codable {
        let file: String
        let bytes: Int
        /// Entries under the tree head of the proof.
        let size: UInt64
        /// Of a list of readers.
        var entries: Int?
        /// Hexadecimal: of the person, for `sampan-verify --person-key`.
        var personKey: String?
    }

    func validate() throws {
        guard [entry != nil, since != nil, person != nil, personKey != nil, head].count(where: { $0 }) == 1 else {
            throw ValidationError("one of --entry, --since, --person, --person-key and --head")
        }
        guard entry != 0 else { throw ValidationError("--entry is 1 or more") }
        _ = try parsedPersonKey()
        if let person, (try? EnterpriseID(person)) == nil { throw ValidationError("--person is 1 or more") }
    }

    func run() throws {
        let archive = try log.open()
        let (answer, bytes): (Answer, [UInt8])
        do {
            (answer, bytes) = try make(archive)
            try WholeFile.write(bytes, to: out, mode: 0o600, overwrite: true)
        } catch {
            StandardError.line("Error: \(error)")
            throw ExitCode(1)
        }
        if json { return print(try JSONText.of(answer)) }
        let entries = answer.entries.map { ", \($0) entries about the person" } ?? ""
        print("\(out): \(answer.bytes) bytes, under the tree head over \(answer.size) entries\(entries)")
        if let key = answer.personKey { print("person key \(key)") }
    }

    private func make(_ archive: AuditArchive) throws -> (Answer, [UInt8]) {
        if let entry {
            let proof = try archive.inclusionProof(of: entry)
            return answer(try AuditProofFile.bytes(proof), proof.head)
        }
        if let since {
            let proof = try archive.consistencyProof(from: since)
            return answer(try AuditProofFile.bytes(proof), proof.newer)
        }
        if head {
            let head = try archive.consistencyProof(from: 0).newer ?? AuditV1.AuditTreeHead()
            return answer(try AuditProofFile.bytes(head), head)
        }
        let key = try parsedPersonKey() ?? keys().key(of: try EnterpriseID(person ?? 0))
        let readers = try archive.readers(of: try AuditPseudonym(of: key))
        var made = answer(try AuditProofFile.bytes(readers), readers.proof?.head)
        (made.0.entries, made.0.personKey) = (readers.entries.count, Hexadecimal.lowercase(key.bytes))
        return made
    }

    private func answer(_ bytes: [UInt8], _ head: AuditV1.AuditTreeHead?) -> (Answer, [UInt8]) {
        (Answer(file: out, bytes: bytes.count, size: head?.size ?? 0), bytes)
    }

    private func keys() throws -> AuditPersonKeys {
        let path = URL(fileURLWithPath: log.file).deletingLastPathComponent().appendingPathComponent(AuditPersonKeys.fileName).path
        guard let keys = AuditPersonKeys(secret: try CredentialFile.secret(path)) else {
            throw AuditError.malformed("\(path) is not 32 bytes")
        }
        return keys
    }

    private func parsedPersonKey() throws -> AuditPersonKey? {
        guard let personKey else { return nil }
        guard let key = Hexadecimal.bytes(personKey[...]).flatMap({ AuditPersonKey($0) }) else {
            throw ValidationError("--person-key is 64 hexadecimal digits")
        }
        return key
    }
}
