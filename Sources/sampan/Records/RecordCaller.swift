import ArgumentParser
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanNode
import SampanRPC
import SampanTransport

/// Which platform is asked, over whose certificate, and which member of staff asks.
struct RecordCaller: ParsableArguments {
    @Argument(help: "The platform node, host:port.")
    var node: String
    @Option(help: "Code of the platform's institution: whose node is to believe the staff token.")
    var at: String
    @Option(help: "Who asks: an id (工号) of the staff of the certificate's institution.")
    var staff: String
    @Option(help: "As what: doctor, nurse, pharmacist, technician, clerk, quality-officer.")
    var role = "doctor"
    @OptionGroup var caller: CallerOptions

    /// Nanoseconds: the longest that a token lasts, ten minutes.
    private static let tokenLife: Int64 = 600 * 1_000_000_000

    func validate() throws {
        try CallerOptions.check(node)
        _ = try member()
        do { _ = try InstitutionCode(at, scheme: .local) } catch { throw ValidationError("--at \(error.message).") }
    }

    private func member() throws -> (id: StaffID, role: StaffRole) {
        do {
            return (try StaffID(staff), try StaffRole(word: role))
        } catch {
            throw ValidationError("--\(error.field == "roles" ? "role" : "staff") \(error.message).")
        }
    }

    /// Calls the platform as that member. Throws an `AdminFailure` for what it refuses.
    func connected<Value: Sendable>(_ body: (any Caller, CallOptions) async throws -> Value) async throws -> Value {
        let (remote, member) = (try caller.node(node), try member())
        let credentials = remote.credentials
        let signed: [UInt8]
        do throws(StaffTokenRefusal) {
            let token = try StaffToken.made(
                institution: credentials.identity.institution, staffID: member.id, roles: [member.role], audience: [at],
                life: Self.tokenLife, certificateHash: credentials.identityShown.leaf.fingerprint, at: WallClock.now())
            signed = try token.signed(by: credentials.identityShown)
        } catch {
            throw AdminFailure(error.error.message)
        }
        var metadata = Metadata()
        try metadata.append(signed, for: StaffToken.metadataKey)
        let options = CallOptions(timeout: caller.timeout.duration, metadata: metadata)
        return try await remote.connected { try await body($0, options) }
    }
}
