import ArgumentParser
import FoundationEssentials
import SampanCrypto
import SampanMesh

struct CertsNeedsRenewal: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "needs-renewal",
        abstract: "Say by the exit code whether a certificate is due for renewal.",
        discussion: """
            A certificate is due when two thirds of its life are over. For scripts and timers.

            Examples:
              sampan certs needs-renewal his-1.pem && systemctl start sampan-renew
              sampan certs needs-renewal his-1.pem --within 14d

            Exit code: 0 due, 1 not yet, 2 the file cannot be read, 64 wrong usage.
            """)

    @Argument(help: "PEM file; its first certificate counts.")
    var file: String
    @Option(help: "Due as well when so little is left: a number and d or h, such as 14d.")
    var within: String?
    @Flag(help: "Print nothing.")
    var quiet = false

    func validate() throws {
        if within != nil, margin == nil { throw ValidationError("--within is a number and d or h, such as 14d.") }
    }

    func run() throws {
        let validity: CertificateValidity
        do {
            guard let read = try CredentialFile.certificates(file).first?.validity else { throw Unreadable(file: file) }
            validity = read
        } catch {
            StandardError.line("Error: \(error)")
            throw ExitCode(2)
        }
        let now = Int64(Date().timeIntervalSince1970)
        let isClose = margin.map { validity.notAfter - now <= $0 } ?? false
        let isDue = validity.isRenewalDue(at: now) || isClose
        if !quiet {
            let date = Date(timeIntervalSince1970: TimeInterval(validity.renewal)).formatted(.iso8601)
            print(
                "\(isDue ? "due" : "not due"): two thirds of its life are over at \(date), it ends \((validity.notAfter - now) / 86_400) days from now"
            )
        }
        if !isDue { throw ExitCode(1) }
    }

    /// Seconds; nil where nothing, or nothing sensible, is given.
    private var margin: Int64? {
        guard let within, let unit = within.last, let count = Int64(within.dropLast()), (0...36_500).contains(count) else { return nil }
        switch unit {
        case "d": return count * 86_400
        case "h": return count * 3_600
        default: return nil
        }
    }

    private struct Unreadable: Error, CustomStringConvertible {
        let file: String
        var description: String { "\(file): the certificate's dates cannot be read" }
    }
}
