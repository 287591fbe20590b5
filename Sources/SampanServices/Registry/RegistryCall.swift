internal import SampanAPI
internal import SampanDomain
internal import SampanMesh
internal import SampanProtobuf
internal import SampanRPC
internal import SampanStorage

/// A call that changes the registry, from its audit to its answer: written down before it is done, done once, told again.
enum RegistryCall {
    /// - Parameters:
    ///   - body: what was asked for, as bytes: a replay has the same.
    ///   - isLook: nothing is to be changed: neither audited nor kept.
    ///   - work: the answer, and whether anything was done that a replay must not do again.
    static func run<Response: Message>(
        _ file: RegistryFile, _ audit: any RegistryAudit, _ caller: RegistryCaller, _ context: CallContext, _ requestID: String,
        _ body: [[UInt8]], _ reason: String, _ detail: String, isLook: Bool,
        _ work: @escaping @Sendable (UnixTime, borrowing Transaction) throws -> (Response, Bool)
    ) async throws -> Response {
        do {
            let request = try RegistryRequest(caller, requestID, method: context.method.path, body: body)
            if !isLook { try await audit.append(.registry(context, at: file.now(), reason, detail)) }
            let (now, sealer) = (file.now(), file.sealer)
            return try await file.write { tx in
                if let first = try request.known(Response.self, sealer, tx) { return first }
                do {
                    let (response, isDone) = try work(now, tx)
                    if isDone, !isLook { try request.note(response, sealer, now: now, tx) }
                    return response
                } catch let error as DomainError {
                    throw RegistryError.invalid(error)
                }
            }
        } catch let error as RegistryError {
            throw error.rpcError
        }
    }
}

/// Rules of a status that is asked for.
enum StatusRules {
    /// Throws for no status, and for a suspension or closing without a reason.
    static func check(_ status: IdentityV1.EntryStatus, reason: String) throws(DomainError) {
        guard !status.word.isEmpty else { throw DomainError(field: "status", message: "is missing, or unknown here") }
        try RegistryText.check(reason, field: "reason", bytes: (status == .active ? 0 : 1)...InstitutionRules.reasonBytes)
    }
}

/// Pages of versions, whose key is the last version that was shown.
enum VersionPage {
    static func before(_ token: String) throws(RPCError) -> Int64 {
        guard !token.isEmpty else { return .max }
        guard token.utf8.count <= 19, let version = Int64(token), version > 0 else {
            throw RegistryError.invalid(DomainError(field: "page_token", message: "is none of a page of this list")).rpcError
        }
        return version
    }

    static func size(_ size: Int32) throws(RPCError) -> Int {
        guard (0...500).contains(size) else {
            throw RegistryError.invalid(DomainError(field: "page_size", message: "is 1 to 500")).rpcError
        }
        return size == 0 ? 100 : Int(size)
    }
}
