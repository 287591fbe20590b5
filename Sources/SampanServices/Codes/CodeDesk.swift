package import SampanAPI
internal import SampanDomain
internal import SampanFerry
package import SampanRPC
internal import SampanStorage

/// `sampan.identity.v1.CodeService`: the region's code systems, and what institutions' own codes mean in them (ID-09..11).
package struct CodeDesk: IdentityV1.CodeServiceHandler {
    private static let mostSystems = 1_000
    static let mostTranslated = 500

    let file: RegistryFile
    let audit: any RegistryAudit

    package init(_ file: RegistryFile, audit: any RegistryAudit) {
        self.file = file
        self.audit = audit
    }

    package func publishCodes(
        _ requests: MessageStream<IdentityV1.PublishCodesRequest>, context: CallContext
    ) async throws -> IdentityV1.PublishCodesResponse {
        let caller = try RegistryCaller(context)
        guard caller.isRegion else { throw RegistryError.otherInstitution.rpcError }
        let (first, csv) = try await RegistryUpload.collect(requests, most: RegistryUpload.mostCodeBytes) { $0.csv }
        let publication: CodePublication
        do throws(DomainError) { publication = try CodePublication(first, by: caller.identity.uri) } catch {
            throw RegistryError.invalid(error).rpcError
        }
        var head = first
        head.csv = []
        var sheet = RegistrySheet(csv, header: CodeSheet.header)
        guard let codes = CodeSheet(&sheet) else { return IdentityV1.PublishCodesResponse(result: sheet.result()) }
        let (read, isLook) = (sheet, first.validateOnly)
        let detail = "publish \(codes.codes.count) codes of \(publication.system)"
        return try await RegistryCall.run(
            file, audit, caller, context, first.requestID, [RegistryRequest.body(head), csv], "CODES_PUBLISH", detail, isLook: isLook
        ) { now, tx in
            let (system, difference) = try publication.run(codes, isLook: isLook, now: now, tx)
            let response = IdentityV1.PublishCodesResponse(
                system: system,
                result: read.result(added: difference.added, changed: difference.changed, unchanged: difference.unchanged),
                removed: difference.removed)
            return (response, true)
        }
    }

    package func listCodeSystems(
        _ request: IdentityV1.ListCodeSystemsRequest, context: CallContext
    ) async throws -> IdentityV1.ListCodeSystemsResponse {
        let asOf = try moment(request.asOf)
        return IdentityV1.ListCodeSystemsResponse(
            systems: try await read { tx in try CodeRows.systems(asOf: asOf, limit: Self.mostSystems, tx) })
    }

    package func listCodeVersions(
        _ request: IdentityV1.ListCodeVersionsRequest, context: CallContext
    ) async throws -> IdentityV1.ListCodeVersionsResponse {
        let (before, size) = (try VersionPage.before(request.pageToken), try VersionPage.size(request.pageSize))
        let versions = try await read { tx in try CodeRows.versions(request.system, before: before, limit: size + 1, tx) }
        let shown = Array(versions.prefix(size))
        return IdentityV1.ListCodeVersionsResponse(
            versions: shown, nextPageToken: versions.count > size ? shown.last.map { String($0.version) } ?? "" : "")
    }

    package func getCode(_ request: IdentityV1.GetCodeRequest, context: CallContext) async throws -> IdentityV1.GetCodeResponse {
        let asOf = try moment(request.asOf)
        return try await read { tx in
            let system = try Self.system(request.system, request.version, asOf, tx)
            guard let code = try CodeRows.find(request.code, of: system, tx) else { throw RegistryError.notFound("code") }
            var ancestors: [IdentityV1.Code] = []
            while ancestors.count < CodeSheet.mostLevels, let parent = ancestors.last?.parent ?? code.parent as String?, !parent.isEmpty,
                let above = try CodeRows.find(parent, of: system, tx)
            { ancestors.append(above) }
            return IdentityV1.GetCodeResponse(code: code, version: system.version, ancestors: ancestors)
        }
    }

    package func listCodes(_ request: IdentityV1.ListCodesRequest, context: CallContext) async throws -> IdentityV1.ListCodesResponse {
        let asOf = try moment(request.asOf)
        let size = try VersionPage.size(request.pageSize)
        let parent = request.parent.isEmpty ? request.atTop ? "" : nil : request.parent
        return try await read { tx in
            // The pages after the first stay with its version, whatever is published meanwhile.
            let (version, after) = try Self.place(request.pageToken, request.version)
            let system = try Self.system(request.system, version, asOf, tx)
            let codes = try CodeRows.list(system, parent: parent, name: request.name, after: after, limit: size + 1, tx)
            let shown = Array(codes.prefix(size))
            return IdentityV1.ListCodesResponse(
                codes: shown, version: system.version,
                nextPageToken: codes.count > size ? shown.last.map { "\(system.version)|\($0.code)" } ?? "" : "")
        }
    }

    // MARK: Small parts

    static func system(
        _ id: String, _ version: Int64, _ asOf: UnixTime, _ tx: borrowing Transaction
    ) throws -> IdentityV1.CodeSystem {
        guard let system = try CodeRows.version(id, version, asOf: asOf, tx) else { throw RegistryError.notFound("code system") }
        return system
    }

    private static func place(_ token: String, _ version: Int64) throws(RegistryError) -> (version: Int64, after: String) {
        guard !token.isEmpty else { return (version, "") }
        let parts = token.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        guard token.utf8.count <= 128, parts.count == 2, let version = Int64(parts[0]), version > 0 else {
            throw .invalid(DomainError(field: "page_token", message: "is none of a page of this list"))
        }
        return (version, String(parts[1]))
    }

    func moment(_ time: GoogleProtobuf.Timestamp?) throws(RPCError) -> UnixTime {
        do throws(DomainError) { return try RegistryText.moment(time, field: "as_of") ?? file.now() } catch {
            throw RegistryError.invalid(error).rpcError
        }
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) async throws(RPCError) -> T {
        do throws(RegistryError) { return try await file.read(body) } catch { throw error.rpcError }
    }
}
