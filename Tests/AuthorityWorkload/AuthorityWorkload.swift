import Glibc
import SampanAuthority
import SampanCrypto
import SampanDomain
import SampanMesh

/// A program that tests kill in the middle of an authority's work, and run beside an authority. Usage: authority-workload FOLDER NAME
///
/// Walks through rollovers and changes of settings without end; after each command that is durable it prints the journal's number.
@main
struct AuthorityWorkload {
    /// The same clock as the test's, which stands.
    private static let now = UnixTime(nanoseconds: 1_794_960_000_000_000_000)

    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 2 else { return print("usage: authority-workload FOLDER NAME") }
        var configuration = AuthorityConfiguration()
        configuration.keyCost = ScryptCost(cost: 16, blockSize: 8, parallelization: 1)
        let authority = try await Authority(
            folder: AuthorityFolder(arguments[0]),
            passphrases: AuthorityPassphrases(working: try passphrase("working 工作"), root: try passphrase("root 根")),
            configuration: configuration, clock: AuthorityClock(wall: { now }, uptime: { 0 }))
        // Below two million different levels, so that none is set twice in a row.
        for round in 0..<1_000_000 {
            let level = UInt32(round) * 2 + (arguments[1] == "a" ? 1 : 2)
            try await authority.execute(.change(AuthoritySettings(minimumProtocol: level)), by: arguments[1])
            try await step(authority, by: arguments[1])
            print(authority.state.epochNumber)
            fflush(nil)
        }
    }

    /// The next verb, whoever took the last one. Another process may be quicker: then there is nothing to do.
    private static func step(_ authority: Authority, by actor: String) async throws {
        let rollover = authority.state.rollover
        let verb = rollover.map { $0.next ?? .plan } ?? .plan
        let number = (rollover?.number ?? 0) + (verb == .plan ? 1 : 0)
        do throws(AuthorityError) {
            try await authority.advance(
                rollover: number, verb, verb == .plan ? (number.isMultiple(of: 2) ? .issuer : .root) : nil, by: actor)
        } catch {
            guard case .refused(.rollover) = error else { throw error }
        }
    }

    private static func passphrase(_ text: String) throws -> Passphrase {
        var bytes = Array(text.utf8)
        return try Passphrase(taking: &bytes)
    }
}
