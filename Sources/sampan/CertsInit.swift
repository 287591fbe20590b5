import ArgumentParser
import FoundationEssentials
import SampanMesh

struct CertsInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a root, an issuing authority and a trust bundle.",
        discussion: """
            Writes root.pem, root.key, issuing.pem, issuing.key and trust.pem (what every node trusts) into the directory; keys are
            readable by their owner only. Files that exist are left alone unless --force is given.

            Examples:
              sampan certs init
              sampan certs init --dir out/certs --trust-domain sampan.test --days 365 --organization 某市卫生健康委员会
            """)

    @Option(help: "Directory for the files; made when missing.")
    var dir = "certs"
    @Option(help: "Trust domain of every identity: a-z 0-9 . - _")
    var trustDomain = "sampan.test"
    @Option(help: "Days until root and issuing authority expire, 1 to 36500.")
    var days = 3650
    @Option(help: "Organization name (O) of both, at most 64 characters.")
    var organization: String?
    @Flag(help: "Replace files that exist; every certificate issued before becomes void.")
    var force = false

    func validate() throws {
        guard (1...36_500).contains(days) else { throw ValidationError("--days must be 1 to 36500.") }
    }

    func run() throws {
        let authority = try DevelopmentAuthority.create(
            directory: dir, trustDomain: trustDomain, organization: organization, days: days,
            now: Int64(Date().timeIntervalSince1970), overwrite: force)
        print("trust domain \(authority.trustDomain): \(authority.files.trust)")
    }
}
