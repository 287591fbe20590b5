package import SampanAPI
internal import SampanCrypto
package import SampanDomain
package import SampanRPC
package import SampanTransport

/// `sampan.mesh.v1.StaffTokenService`: a node signs for its institution's staff. The program that asks has signed the member in, which no
/// node can check; what the node checks is that the program is its institution's own, and that the member may act in these roles. The token
/// is bound to the program's certificate, so that it serves nobody else.
package struct StaffTokenDesk: MeshV1.StaffTokenServiceHandler {
    private let credentials: LiveCredentials
    private let standing: StandingBoard
    private let now: @Sendable () -> UnixTime

    package init(_ credentials: LiveCredentials, standing: StandingBoard, now: @escaping @Sendable () -> UnixTime) {
        self.credentials = credentials
        self.standing = standing
        self.now = now
    }

    package func issueStaffToken(
        _ request: MeshV1.IssueStaffTokenRequest, context: CallContext
    ) async throws -> MeshV1.IssueStaffTokenResponse {
        let caller = try context.requireIdentity()
        let own = credentials.credentials
        guard caller.institution == own.identity.institution, !context.peer.certificateHash.isEmpty else {
            throw StaffTokenRefusal.signer.error
        }
        let wish = try Self.wish(request)
        let token: StaffToken
        do throws(StaffTokenRefusal) {
            try standing.check(caller.institution, wish.staffID, wish.roles, at: now())
            token = try StaffToken.made(
                institution: caller.institution, staffID: wish.staffID, roles: wish.roles, audience: wish.audience, life: wish.life,
                certificateHash: context.peer.certificateHash, at: now())
            return MeshV1.IssueStaffTokenResponse(token: try token.signed(by: own.identityShown), expiresAt: token.expiresAt.message)
        } catch {
            throw error.error
        }
    }

    private static func wish(
        _ request: MeshV1.IssueStaffTokenRequest
    ) throws(RPCError) -> (staffID: StaffID, roles: Set<StaffRole>, audience: Set<String>, life: Int64) {
        do throws(DomainError) {
            guard (0...600).contains(request.lifeSeconds) else { throw DomainError(field: "life_seconds", message: "is 1 to 600") }
            guard (1...StaffToken.mostAudiences).contains(request.audience.count) else {
                throw DomainError(field: "audience", message: "names 1 to \(StaffToken.mostAudiences) institutions")
            }
            for code in request.audience { _ = try InstitutionCode(code, scheme: .local) }
            guard (1...StaffRole.allCases.count).contains(request.roles.count) else {
                throw DomainError(field: "roles", message: "names at least one, each once")
            }
            var roles: Set<StaffRole> = []
            for word in request.roles { roles.insert(try StaffRole(word: word)) }
            let life = request.lifeSeconds == 0 ? StaffToken.longestLife : Int64(request.lifeSeconds) * 1_000_000_000
            return (try StaffID(request.staffID), roles, Set(request.audience), life)
        } catch {
            throw RPCError(
                code: .invalidArgument, message: "\(error.field) \(error.message)",
                details: [
                    GoogleRPC.BadRequest(fieldViolations: [
                        GoogleRPC.BadRequest.FieldViolation(field: error.field, description: error.message)
                    ])
                ])
        }
    }
}

extension StaffToken {
    /// One that begins now, with an id of its own. Throws `library` when the system gives no entropy, `malformed` for what is beyond the
    /// limits.
    /// - Parameter life: nanoseconds, 1 to `longestLife`.
    package static func made(
        institution: String, staffID: StaffID, roles: Set<StaffRole>, audience: Set<String>, life: Int64, certificateHash: [UInt8],
        at now: UnixTime
    ) throws(StaffTokenRefusal) -> StaffToken {
        guard (1...longestLife).contains(life) else { throw .life }
        let id: [UInt8]
        do throws(CryptoError) { id = try RandomBytes.make(idBytes) } catch { throw .library }
        return try StaffToken(
            id: id, institution: institution, staffID: staffID, roles: roles, audience: audience, issuedAt: now,
            expiresAt: now.advanced(byNanoseconds: life), certificateHash: certificateHash)
    }
}
