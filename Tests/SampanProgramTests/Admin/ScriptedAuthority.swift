import SampanAPI
import SampanRPC
import Synchronization

/// An authority that answers as the test says, and keeps what it was asked. What has no script is UNIMPLEMENTED.
final class ScriptedAuthority: TrustV1.AuthorityServiceHandler {
    /// One answer a method; called for every request, on a loop.
    struct Script: Sendable {
        var token: (@Sendable (TrustV1.CreateEnrollmentTokenRequest) throws -> TrustV1.CreateEnrollmentTokenResponse)?
        var advance: (@Sendable (TrustV1.AdvanceRolloverRequest) throws -> TrustV1.AdvanceRolloverResponse)?
        var rollover: (@Sendable () throws -> TrustV1.RolloverStatus?)?
        var revoke: (@Sendable (TrustV1.RevokeRequest) throws -> TrustV1.RevokeResponse)?
        var lock: (@Sendable (TrustV1.LockRequest) throws -> TrustV1.LockResponse)?
        var unlock: (@Sendable (TrustV1.UnlockRequest) throws -> TrustV1.UnlockResponse)?
        var nodes: (@Sendable () throws -> TrustV1.ListNodesResponse)?
        var denials: (@Sendable () throws -> TrustV1.ListDenialsResponse)?
        var lists: [[UInt8]]?
        var journal: [TrustV1.JournalEntry]?
    }

    private let script: Script

    init(_ script: Script) { self.script = script }

    private func scripted<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw RPCError(code: .unimplemented, message: "not in the script") }
        return value
    }

    func createEnrollmentToken(
        _ request: TrustV1.CreateEnrollmentTokenRequest, context: CallContext
    ) async throws -> TrustV1.CreateEnrollmentTokenResponse { try scripted(script.token)(request) }

    func advanceRollover(
        _ request: TrustV1.AdvanceRolloverRequest, context: CallContext
    ) async throws -> TrustV1.AdvanceRolloverResponse { try scripted(script.advance)(request) }

    func getRollover(_ request: TrustV1.GetRolloverRequest, context: CallContext) async throws -> TrustV1.GetRolloverResponse {
        TrustV1.GetRolloverResponse(status: try scripted(script.rollover)())
    }

    func revoke(_ request: TrustV1.RevokeRequest, context: CallContext) async throws -> TrustV1.RevokeResponse {
        try scripted(script.revoke)(request)
    }

    func lock(_ request: TrustV1.LockRequest, context: CallContext) async throws -> TrustV1.LockResponse {
        try scripted(script.lock)(request)
    }

    func unlock(_ request: TrustV1.UnlockRequest, context: CallContext) async throws -> TrustV1.UnlockResponse {
        try scripted(script.unlock)(request)
    }

    func listNodes(_ request: TrustV1.ListNodesRequest, context: CallContext) async throws -> TrustV1.ListNodesResponse {
        try scripted(script.nodes)()
    }

    func listDenials(_ request: TrustV1.ListDenialsRequest, context: CallContext) async throws -> TrustV1.ListDenialsResponse {
        try scripted(script.denials)()
    }

    func exportRevocationLists(
        _ request: TrustV1.ExportRevocationListsRequest, context: CallContext
    ) async throws -> TrustV1.ExportRevocationListsResponse {
        TrustV1.ExportRevocationListsResponse(revocationLists: try scripted(script.lists))
    }

    func changeSettings(_ request: TrustV1.ChangeSettingsRequest, context: CallContext) async throws -> TrustV1.ChangeSettingsResponse {
        throw RPCError(code: .unimplemented, message: "not in the script")
    }

    func changeCustodian(_ request: TrustV1.ChangeCustodianRequest, context: CallContext) async throws -> TrustV1.ChangeCustodianResponse {
        throw RPCError(code: .unimplemented, message: "not in the script")
    }

    func readJournal(
        _ request: TrustV1.ReadJournalRequest, responses: MessageWriter<TrustV1.ReadJournalResponse>, context: CallContext
    ) async throws {
        for entry in try scripted(script.journal) { try await responses.send(TrustV1.ReadJournalResponse(entry: entry)) }
    }
}
