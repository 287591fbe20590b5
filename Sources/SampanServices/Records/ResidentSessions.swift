package import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRecords
package import SampanRPC

/// Who the resident is that an app speaks for: of role `app` only, whatever a policy says, and by a session that this very app has opened.
package struct ResidentSessions: AuditResidents {
    let signIns: SignInDesk
    private let patients: any PatientDirectory

    package init(_ signIns: SignInDesk, patients: any PatientDirectory) { (self.signIns, self.patients) = (signIns, patients) }

    /// The person whom the session's stands for now: itself, or whom it was merged into since.
    package func person(of session: String, _ context: CallContext) async throws(RPCError) -> EnterpriseID {
        let app = try Self.app(context)
        let opened = try await SignInError.run { () throws(SignInError) in try await signIns.session(session, app: app) }
        guard let person = try await patients.person(of: opened.person) else { throw SignInError.noSession.rpcError }
        return person
    }

    /// Throws unless the session is still open: before each piece of a stream.
    func confirm(_ session: String, _ context: CallContext) async throws(RPCError) {
        let app = try Self.app(context)
        _ = try await SignInError.run { () throws(SignInError) in try await signIns.session(session, app: app) }
    }

    /// Name of the calling app's certificate. Throws PERMISSION_DENIED `RESIDENTS_ONLY` for every other role.
    static func app(_ context: CallContext) throws(RPCError) -> String {
        let identity = try context.requireIdentity()
        guard identity.role == .app else {
            throw RPCError(.permissionDenied, reason: "RESIDENTS_ONLY", "this is for residents' apps")
        }
        return identity.uri
    }
}
