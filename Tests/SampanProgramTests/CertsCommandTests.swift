import ArgumentParser
import Foundation
import Testing

@testable import sampan

@Suite("sampan certs")
struct CertsCommandTests {
    /// Parses and runs as the program would; returns its exit code and what it would say on an error.
    private func run(_ arguments: [String]) -> (code: Int32, message: String) {
        do {
            var command = try Sampan.parseAsRoot(arguments)
            try command.run()
            return (0, "")
        } catch {
            return (Sampan.exitCode(for: error).rawValue, Sampan.fullMessage(for: error))
        }
    }

    private func withDirectory(_ body: (String) throws -> Void) throws {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: base) }
        try body("\(base)/certs")
    }

    @Test("init, issue and inspect; a second time only with --force")
    func works() throws {
        try withDirectory { directory in
            let issue = [
                "certs", "issue", "--dir", directory, "--role", "hospital", "--institution", "12345678", "--node", "his-1", "--dns",
                "localhost", "--ip", "127.0.0.1",
            ]
            #expect(run(["certs", "init", "--dir", directory, "--organization", "某市卫生健康委员会"]).code == 0)
            #expect(run(issue).code == 0)
            #expect(run(["certs", "inspect", "\(directory)/hospital-12345678-his-1.pem", "--json"]).code == 0)
            let again = run(issue)
            #expect(again.code == 1 && again.message.contains("--force"))
            #expect(run(issue + ["--force"]).code == 0)
            #expect(run(["certs", "init", "--dir", directory]).code == 1)
        }
    }

    @Test("ls, lint and needs-renewal answer by their exit codes, offline")
    func looks() throws {
        try withDirectory { directory in
            #expect(run(["certs", "init", "--dir", directory]).code == 0)
            let issue = ["certs", "issue", "--dir", directory, "--role", "app", "--institution", "1", "--node"]
            #expect(run(issue + ["short", "--days", "30"]).code == 0)
            #expect(run(issue + ["long", "--days", "3650"]).code == 0)
            let (short, long) = ("\(directory)/app-1-short", "\(directory)/app-1-long")
            try "no certificate".write(toFile: "\(directory)/broken.pem", atomically: false, encoding: .utf8)
            #expect(run(["certs", "ls", "\(short).pem", "\(long).pem"]).code == 0)
            #expect(run(["certs", "ls", directory, "--json"]).code == 1, "one cannot be read")
            #expect(run(["certs", "ls", "\(directory)/nowhere"]).code == 1)
            let trusting = ["--trust", "\(directory)/trust.pem"]
            #expect(run(["certs", "lint", "\(short).pem", "--key", "\(short).key"] + trusting).code == 0)
            #expect(run(["certs", "lint", "\(long).pem", "--json"] + trusting).code == 1, "ten years")
            #expect(run(["certs", "lint", "\(short).pem", "--key", "\(long).key"] + trusting).code == 2)
            #expect(run(["certs", "lint", "\(directory)/issuing.pem"]).code == 2)
            #expect(run(["certs", "lint", "\(directory)/broken.pem"]).code == 2, "cannot be read")
            #expect(run(["certs", "needs-renewal", "\(short).pem", "--quiet"]).code == 1)
            #expect(run(["certs", "needs-renewal", "\(short).pem", "--within", "31d"]).code == 0)
            #expect(run(["certs", "needs-renewal", "\(short).pem", "--within", "29d"]).code == 1)
            #expect(run(["certs", "needs-renewal", "\(directory)/broken.pem"]).code == 2)
        }
    }

    @Test("usage errors are 64 and say what is allowed", arguments: [
        (["certs", "init", "--days", "0"], "1 to 36500"), (["certs", "init", "--days", "36501"], "1 to 36500"),
        (["certs", "init", "--days", "many"], "--days"), (["certs", "init", "--bogus"], "--bogus"),
        (["certs", "issue", "--role", "app", "--institution", "1", "--node", "a"], "--dir"),
        (["certs", "issue", "--dir", "d", "--role", "king", "--institution", "1", "--node", "a"], "platform, hospital"),
        (["certs", "issue", "--dir", "d", "--role", "app", "--institution", "医院", "--node", "a"], "--institution"),
        (["certs", "issue", "--dir", "d", "--role", "app", "--institution", "1", "--node", "a/b"], "--node"),
        (["certs", "needs-renewal", "f", "--within", "3w"], "14d"), (["certs", "ls"], "<paths>"), (["certs", "lint"], "<file>"),
        (["certs", "inspect"], "<file>"), (["nonsense"], "nonsense"),
    ])
    func usage(arguments: [String], hint: String) {
        let result = run(arguments)
        #expect(result.code == 64)
        #expect(result.message.contains(hint))
    }

    @Test("failures are 1 and name the file")
    func failures() throws {
        try withDirectory { directory in
            let missing = run(["certs", "inspect", "\(directory)/none.pem"])
            #expect(missing.code == 1 && missing.message.contains("none.pem"))
            let unwritable = run(["certs", "init", "--dir", "/dev/null/certs"])
            #expect(unwritable.code == 1 && unwritable.message.contains("/dev/null/certs"))
        }
    }

    @Test("a stranger's subject cannot steer the terminal")
    func printable() throws {
        #expect(CertificateDescription.printable("a\u{1B}[2J医\u{9B}\n") == "a\\u{1B}[2J医\\u{009B}\\n")
    }
}
