import Foundation
import SampanCrypto

/// `sampan-verify`: whether a file out of an audit log says the truth. It calls nobody and holds nothing of the program that made the file
/// but the cryptographic library, so that a resident's lawyer or an inspector can read all of it.
@main
enum VerifyProgram {
    private static let usage = """
        usage: sampan-verify FILE [--trust ROOTS.pem] [--head FILE] [--person-key HEX] [--time]
               sampan-verify bundle FILE.zip --ca ROOTS.pem
          FILE          an export, a tree head, or a proof: of inclusion, of consistency, or a person's list of readers
          --trust       the region's roots; left out, any signer is believed
          --head        a tree head that was kept elsewhere: the log has to be the same one
          --person-key  the resident's own key (64 hexadecimal digits): the list has to be that person's
          --time        check it once more and say how long that takes
          bundle        the record that a resident has taken along: every byte of it
          --ca          the region's roots, of which its signer has to be
        Exit code: 0 it holds, 1 it does not, 2 the file cannot be read, 64 wrong usage.
        Example: sampan-verify readers.proof --trust roots.pem --person-key 4f2a...
        """

    static func main() {
        var (paths, options, rest) = ([String](), [String: String](), CommandLine.arguments.dropFirst())
        if rest.first == "bundle" { return bundle(Array(rest.dropFirst())) }
        var isTimed = false
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h": return print(usage)
            case "--time": isTimed = true
            case "--trust", "--head", "--person-key":
                guard options[argument] == nil, let value = rest.popFirst() else { end(64, "\(argument) lacks its value\n\(usage)") }
                options[argument] = value
            case let name where name.hasPrefix("--"): end(64, "\(name) is no option\n\(usage)")
            default: paths.append(argument)
            }
        }
        guard paths.count == 1 else { end(64, usage) }
        do throws(VerifyError) {
            let (trust, known, key) = (try trust(options["--trust"]), try head(options["--head"]), options["--person-key"].map(bytes))
            if let key, key.count != 32 { end(64, "--person-key has 64 hexadecimal digits") }
            print("HOLDS: \(try verify(paths[0], trust: trust, known: known, personKey: key))")
            guard isTimed else { return }
            let start = ContinuousClock.now
            _ = try verify(paths[0], trust: trust, known: known, personKey: key)
            print("checked again in \((ContinuousClock.now - start) / .microseconds(1)) microseconds")
        } catch {
            switch error {
            case .broken(let what): end(1, "DOES NOT HOLD: \(what)")
            case .unreadable(let what): end(2, "CANNOT BE READ: \(what)")
            }
        }
    }

    /// What the file says, in words, when it holds.
    static func verify(
        _ path: String, trust: ChainVerifier?, known: TreeHead?, personKey: [UInt8]?
    ) throws(VerifyError) -> String {
        var file = try ProofFile(path)
        let check = ProofCheck(trust: trust, known: known, personKey: personKey)
        switch file.kind {
        case .export:
            var export = try ExportCheck(file, trust: trust, known: known)
            return try export.run() + (trust == nil ? " (signer not checked: no --trust)" : "")
        case .inclusion: return try check.inclusion(try file.message())
        case .consistency: return try check.consistency(try file.message())
        case .readers: return try check.readers(try file.message())
        case .head: return try check.head(try file.message())
        }
    }

    private static func bundle(_ arguments: [String]) {
        guard arguments.count == 3, let option = arguments.firstIndex(of: "--ca"), option < 2 else { end(64, usage) }
        do throws(VerifyError) {
            print("HOLDS: \(try verify(bundle: arguments[option == 0 ? 2 : 0], roots: arguments[option + 1]))")
        } catch {
            switch error {
            case .broken(let what): end(1, "DOES NOT HOLD: \(what)")
            case .unreadable(let what): end(2, "CANNOT BE READ: \(what)")
            }
        }
    }

    /// What a resident's record says, in words, when it holds.
    static func verify(bundle path: String, roots: String) throws(VerifyError) -> String {
        guard let trust = try trust(roots) else { throw .unreadable("\(roots): no roots") }
        var check = try BundleCheck(path, trust: trust)
        return try check.run()
    }

    private static func trust(_ path: String?) throws(VerifyError) -> ChainVerifier? {
        guard let path else { return nil }
        do throws(CryptoError) { return try ChainVerifier(roots: try CredentialFile.certificates(path)) } catch {
            throw .unreadable("\(error)")
        }
    }

    /// Its signature is checked where the log is: it is its node's.
    private static func head(_ path: String?) throws(VerifyError) -> TreeHead? {
        guard let path else { return nil }
        var file = try ProofFile(path)
        guard file.kind == .head else { throw .unreadable("\(path): no tree head") }
        return try TreeHead(try file.message())
    }

    /// Empty for anything that is no hexadecimal.
    private static func bytes(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return [] }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func end(_ code: Int32, _ text: String) -> Never {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
        exit(code)
    }
}
