import ArgumentParser
import SampanCrypto
import SampanDomain
import SampanMesh

struct AuditVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say whether an audit log is what was written, and if not, which entry is the first that is not.",
        discussion: """
            Finds an entry that was changed, dropped, put in or moved, and an end that was cut off below a signed head. Whoever can write
            the whole file can put back an older copy of it: write down NUMBER:HASH now and then, elsewhere, and give it as --mark.

            Examples:
              sampan audit verify data --trust trust.pem
              sampan audit verify audit.db --mark 1207:9f2c…

            Exit code: 0 whole, 1 it is not, or cannot be read, 64 wrong usage.
            """)

    @OptionGroup var log: AuditFile
    @Option(help: "The roots (PEM) that the signer's certificate has to lead to. Left out: any signer is believed.")
    var trust: String?
    @Option(help: "An entry that the log is known to have had, as NUMBER:HASH.")
    var mark: String?
    @Flag(help: "Print a JSON object.")
    var json = false

    private struct Answer: Codable {
        let whole: Bool
        /// Of the last entry; 0 for an empty log.
        let entries: UInt64?
        /// NUMBER:HASH of the end, for --mark.
        let mark: String?
        /// Entries under a signed tree head: of these there are proofs.
        let sealed: UInt64?
        /// Whom the certificates of the signed heads name.
        let signer: String?
        /// The first entry that is wrong, and what is wrong.
        var entry: UInt64?
        var fault: String?
    }

    func validate() throws { _ = try parsedMark() }

    func run() throws {
        let (archive, verifier, mark) = (try log.open(), try verifier(), try parsedMark())
        let answer: Answer
        do {
            let progress = AuditProgress("verified", of: try archive.count())
            let chain = try archive.verify(trust: verifier, mark: mark) { progress.show($0) }
            progress.end()
            answer = Answer(
                whole: true, entries: chain.number, mark: "\(chain.number):\(Hexadecimal.lowercase(chain.hash))", sealed: chain.treeSize,
                signer: chain.signer)
        } catch {
            var fault: AuditFault?
            if case .damaged(let found) = error { fault = found }
            answer = Answer(
                whole: false, entries: nil, mark: nil, sealed: nil, signer: nil, entry: fault?.entry,
                fault: fault.map { "\($0)" } ?? "\(error)")
        }
        try show(answer)
    }

    private func show(_ answer: Answer) throws {
        if json {
            print(try JSONText.of(answer))
        } else if answer.whole {
            let signer = answer.signer.map { ", signed by \(CertificateDescription.printable($0))" } ?? ""
            print(
                "whole: \(answer.entries ?? 0) entries, \(answer.sealed ?? 0) under tree heads\(signer)\(trust == nil ? " (not verified: no --trust)" : "")"
            )
            print("mark \(answer.mark ?? "")")
        } else {
            print("NOT WHOLE: \(CertificateDescription.printable(answer.fault ?? ""))")
        }
        if !answer.whole { throw ExitCode(1) }
    }

    private func verifier() throws -> ChainVerifier? {
        do {
            return try trust.map { try ChainVerifier(roots: try CredentialFile.certificates($0)) }
        } catch let error as CryptoError {
            throw ValidationError("\(error)")
        }
    }

    private func parsedMark() throws -> HashChainMark? {
        guard let mark else { return nil }
        let parts = mark.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = UInt64(parts[0]), number > 0, let hash = Hexadecimal.bytes(parts[1]), hash.count == 32 else {
            throw ValidationError("--mark is NUMBER:HASH, as `sampan audit verify` prints it")
        }
        return HashChainMark(number: number, hash: hash)
    }
}
