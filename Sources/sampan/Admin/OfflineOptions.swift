import ArgumentParser
import SampanAPI
import SampanAuthority
import SampanCrypto
import SampanMesh
import SampanNode
import SampanRPC

/// How a command works in the authority's own folder: beside a running platform node, without one, and without any certificate.
struct OfflineOptions: ParsableArguments {
    @Option(help: "The authority's folder, on this machine, in place of --platform and --identity. With --passphrase-file.")
    var authority: String?
    @Option(help: "File with the passphrase of the authority's issuer and epoch signer (0600).")
    var passphraseFile: String?
    @Option(help: "File with the passphrase of the root (0600): for root prepare, root roll.")
    var rootPassphraseFile: String?

    /// As the journal names who did it.
    private static let actor = "offline"

    func validate() throws {
        guard (authority == nil) == (passphraseFile == nil) else {
            throw ValidationError("--authority and --passphrase-file belong together.")
        }
        guard rootPassphraseFile == nil || authority != nil else { throw ValidationError("--root-passphrase-file goes with --authority.") }
    }

    /// Opens the authority, runs `body` with it, and closes it. What it appends, a platform node beside it pushes within 200 ms. Throws an
    /// `AdminFailure` for a folder or a passphrase that is none, and for what the authority refuses.
    func opened<Value: Sendable>(_ folder: String, _ body: (AuthorityAccess) async throws -> Value) async throws -> Value {
        guard let passphraseFile else { throw ValidationError("--authority and --passphrase-file belong together.") }
        let authority = try await Self.open(folder, passphraseFile: passphraseFile, rootPassphraseFile: rootPassphraseFile)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(try Self.access(authority, folder)))
        } catch {
            result = .failure((error as? RPCError).map { AdminFailure(folder, $0) } ?? error)
        }
        await authority.close()
        return try result.get()
    }

    /// Throws an `AdminFailure` that says what is wrong with the folder or the passphrases.
    static func open(_ folder: String, passphraseFile: String, rootPassphraseFile: String?) async throws -> Authority {
        let passphrases = AuthorityPassphrases(
            working: try PlatformConfiguration.passphrase(file: passphraseFile),
            root: try rootPassphraseFile.map { try PlatformConfiguration.passphrase(file: $0) })
        do throws(AuthorityError) {
            return try await Authority(folder: AuthorityFolder(folder), passphrases: passphrases, clock: .system)
        } catch {
            throw AdminFailure("\(folder): \(error)")
        }
    }

    private static func access(_ authority: Authority, _ folder: String) throws -> AuthorityAccess {
        let desk = AuthorityDesk(authority, actor: actor) { text in
            do throws(ConfigurationError) { _ = try PolicyFile(text: text) } catch { return "\(error)" }
            return nil
        }
        return AuthorityAccess(
            client: TrustV1.AuthorityServiceClient(InProcessCaller([desk], as: nil)), place: folder,
            trustDomain: authority.state.trustDomain
        ) { try await authority.signedEpoch(0) }
    }
}
