package import SampanAPI
internal import SampanDomain
package import SampanRPC
internal import SampanTransport

extension NodeDesk {
    private static let usualRecords = 100
    /// Below a message's limit: a record has some 1 KiB.
    private static let mostRecords = 1_000

    package func listCallRecords(
        _ request: TrustV1.ListCallRecordsRequest, context: CallContext
    ) async throws -> TrustV1.ListCallRecordsResponse {
        let caller = try context.requireIdentity()
        let id = TraceID(request.callID)
        guard request.callID.isEmpty || id != nil else {
            throw RPCError(code: .invalidArgument, message: "call_id is 32 lower-case hexadecimal digits")
        }
        let own = trust.credentials.identity
        let isRuler = caller.role == .admin && caller.institution == own.institution
        var seesAll = isRuler || caller.role == .platform
        if !seesAll, caller.role == .admin { seesAll = await isOfPlatform(caller) }
        let (all, institution) = (seesAll, caller.institution)
        let found = await trust.group.callRecords { record in
            (id == nil || record.id == id) && (all || record.caller?.institution == institution)
        }
        let limit = min(Self.mostRecords, request.limit == 0 ? Self.usualRecords : Int(clamping: request.limit))
        let records = (found.failed + found.slow).sorted { ($0.at, $0.ended) > ($1.at, $1.ended) }
        return TrustV1.ListCallRecordsResponse(
            node: own.uri, records: records.prefix(limit).map(Self.message), ownOnly: !seesAll)
    }

    private static func message(_ record: CallRecord) -> TrustV1.CallRecord {
        func span(_ nanoseconds: Int64?) -> GoogleProtobuf.Duration? { nanoseconds.flatMap { GoogleProtobuf.Duration(.nanoseconds($0)) } }
        return TrustV1.CallRecord(
            callID: "\(record.id)", at: UnixTime(nanoseconds: record.at).message, method: record.method, caller: record.caller?.uri ?? "",
            via: record.via, code: UInt32(record.code.rawValue), origin: name(record.origin), message: record.message,
            reason: record.finding.reason, reasonDomain: record.finding.domain, rules: record.finding.rules,
            policy: record.finding.policy, route: record.route, endpoint: record.endpoint,
            attempts: record.attempts.map { TrustV1.CallAttempt(address: $0.address, cause: $0.cause) },
            previousAttempts: UInt32(clamping: record.previousAttempts), priority: record.priority.name,
            handedOver: span(record.handedOver), firstByte: span(record.firstByte), ended: span(record.ended),
            deadlineLeft: span(record.deadlineLeft))
    }

    private static func name(_ origin: CallRecord.Origin) -> String {
        switch origin {
        case .here: "here"
        case .handler: "handler"
        case .nextNode: "next-node"
        case .transport: "transport"
        case .caller: "caller"
        }
    }
}
