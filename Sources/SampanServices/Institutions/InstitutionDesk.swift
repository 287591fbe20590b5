package import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
internal import SampanProtobuf
package import SampanRPC
internal import SampanStorage

/// `sampan.identity.v1.InstitutionService`: the registry of institutions. Who may call what is the policy's; that only the region changes
/// an entry is checked here as well.
package struct InstitutionDesk: IdentityV1.InstitutionServiceHandler {
    private let file: RegistryFile
    private let audit: any RegistryAudit

    package init(_ file: RegistryFile, audit: any RegistryAudit) {
        self.file = file
        self.audit = audit
    }

    package func putInstitution(
        _ request: IdentityV1.PutInstitutionRequest, context: CallContext
    ) async throws -> IdentityV1.PutInstitutionResponse {
        let caller = try region(context)
        guard let entry = request.institution else {
            throw RegistryError.invalid(DomainError(field: "institution", message: "is missing")).rpcError
        }
        let response = try await change(request.requestID, request, caller, context, "INSTITUTION_PUT", entry.code) { change, now, tx in
            IdentityV1.PutInstitutionResponse(
                institution: try change.put(entry, expected: request.expectedVersion, now: now, tx).entry)
        }
        return response
    }

    package func changeInstitutionStatus(
        _ request: IdentityV1.ChangeInstitutionStatusRequest, context: CallContext
    ) async throws -> IdentityV1.ChangeInstitutionStatusResponse {
        let caller = try region(context)
        do throws(DomainError) { try StatusRules.check(request.status, reason: request.reason) } catch {
            throw RegistryError.invalid(error).rpcError
        }
        let reason = "INSTITUTION_\(request.status.word.uppercased())"
        return try await change(request.requestID, request, caller, context, reason, request.code) { change, now, tx in
            IdentityV1.ChangeInstitutionStatusResponse(
                institution: try change.setStatus(
                    request.status, of: request.code, reason: request.reason, expected: request.expectedVersion, now: now, tx))
        }
    }

    package func getInstitution(
        _ request: IdentityV1.GetInstitutionRequest, context: CallContext
    ) async throws -> IdentityV1.GetInstitutionResponse {
        _ = try RegistryCaller(context)
        let page = try translated { () throws(RegistryError) in
            try RegistryPage(size: 1, token: "", asOf: request.asOf, knownAt: request.knownAt, now: file.now())
        }
        let entry = try await read { tx in
            try InstitutionRows.inForce(request.code, asOf: page.asOf, knownAt: page.knownAt, tx)
        }
        guard let entry else { throw RegistryError.notFound("institution").rpcError }
        return IdentityV1.GetInstitutionResponse(institution: entry)
    }

    package func listInstitutions(
        _ request: IdentityV1.ListInstitutionsRequest, context: CallContext
    ) async throws -> IdentityV1.ListInstitutionsResponse {
        _ = try RegistryCaller(context)
        let now = file.now()
        let page = try translated { () throws(RegistryError) in
            try RegistryPage(size: request.pageSize, token: request.pageToken, asOf: request.asOf, knownAt: request.knownAt, now: now)
        }
        let entries = try await read { tx in
            try InstitutionRows.list(page, region: request.region, kind: request.kind, status: request.status, tx)
        }
        let shown = Array(entries.prefix(page.size))
        return IdentityV1.ListInstitutionsResponse(
            institutions: shown,
            nextPageToken: entries.count > page.size ? shown.last.map { page.next(after: $0.code, now: now) } ?? "" : "")
    }

    package func listInstitutionVersions(
        _ request: IdentityV1.ListInstitutionVersionsRequest, context: CallContext
    ) async throws -> IdentityV1.ListInstitutionVersionsResponse {
        _ = try RegistryCaller(context)
        let before = try VersionPage.before(request.pageToken)
        let size = try VersionPage.size(request.pageSize)
        let entries = try await read { tx in try InstitutionRows.versions(request.code, before: before, limit: size + 1, tx) }
        let shown = Array(entries.prefix(size))
        return IdentityV1.ListInstitutionVersionsResponse(
            institutions: shown, nextPageToken: entries.count > size ? shown.last.map { String($0.version) } ?? "" : "")
    }

    package func importInstitutions(
        _ requests: MessageStream<IdentityV1.ImportInstitutionsRequest>, context: CallContext
    ) async throws -> IdentityV1.ImportInstitutionsResponse {
        let caller = try region(context)
        let (first, csv) = try await RegistryUpload.collect(requests, most: RegistryUpload.mostBytes) { $0.csv }
        let sheet = RegistrySheet(csv, header: InstitutionSheet.header)
        let body = [csv, Array("\(first.validateOnly)".utf8)]
        let detail = "import \(sheet.rows.count) institutions\(first.validateOnly ? ", look only" : "")"
        return try await RegistryCall.run(
            file, audit, caller, context, first.requestID, body, "INSTITUTION_IMPORT", detail, isLook: first.validateOnly
        ) { now, tx in
            var sheet = sheet
            let change = InstitutionChange(scheme: file.scheme, standing: file.standing, caller: caller.identity.uri)
            let result = try RegistryImport.run(&sheet, validateOnly: first.validateOnly, tx) { row, sheet, tx in
                let (entry, expected) = try InstitutionSheet.entry(row, sheet)
                let (kept, before) = try change.put(entry, expected: expected, now: now, tx)
                return before == nil ? .added : before?.version == kept.version ? .unchanged : .changed
            }
            return (IdentityV1.ImportInstitutionsResponse(result: result), result.faultCount == 0)
        }
    }

    package func lookupInstitutions(
        _ request: IdentityV1.LookupInstitutionsRequest, context: CallContext
    ) async throws -> IdentityV1.LookupInstitutionsResponse {
        let now = file.now()
        let page = try translated { () throws(RegistryError) in
            guard request.code.isEmpty != request.name.isEmpty, request.code.isEmpty ? request.name.count >= 2 : true,
                request.name.utf8.count <= InstitutionRules.nameBytes.upperBound, request.code.utf8.count <= 32
            else {
                throw .invalid(DomainError(field: "name", message: "give the code, or how a name begins: at least two characters"))
            }
            return try RegistryPage(size: request.pageSize, token: request.pageToken, now: now, standard: 20, most: 100)
        }
        let entries = try await read { tx in try InstitutionRows.lookup(code: request.code, name: request.name, page, tx) }
        let shown = entries.prefix(page.size)
        return IdentityV1.LookupInstitutionsResponse(
            institutions: shown.map(IdentityV1.PublicInstitution.init),
            nextPageToken: entries.count > page.size ? shown.last.map { page.next(after: $0.code, now: now) } ?? "" : "")
    }

    // MARK: Small parts

    private func region(_ context: CallContext) throws(RPCError) -> RegistryCaller {
        let caller = try RegistryCaller(context)
        guard caller.isRegion else { throw RegistryError.otherInstitution.rpcError }
        return caller
    }

    private func change<Response: Message>(
        _ requestID: String, _ request: some Message, _ caller: RegistryCaller, _ context: CallContext, _ reason: String, _ code: String,
        _ body: @escaping @Sendable (InstitutionChange, UnixTime, borrowing Transaction) throws -> Response
    ) async throws -> Response {
        let change = InstitutionChange(scheme: file.scheme, standing: file.standing, caller: caller.identity.uri)
        return try await RegistryCall.run(
            file, audit, caller, context, requestID, [RegistryRequest.body(request)], reason, "institution \(code)", isLook: false
        ) { now, tx in (try body(change, now, tx), true) }
    }

    private func read<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) async throws(RPCError) -> T {
        do throws(RegistryError) { return try await file.read(body) } catch { throw error.rpcError }
    }

    private func translated<T>(_ body: () throws(RegistryError) -> T) throws(RPCError) -> T {
        do throws(RegistryError) { return try body() } catch { throw error.rpcError }
    }
}

extension IdentityV1.PublicInstitution {
    init(_ entry: IdentityV1.Institution) {
        self.init(
            code: entry.code, name: entry.name, aliases: entry.aliases.map(\.name), kind: entry.kind, region: entry.region,
            status: entry.status, licences: entry.licences)
    }
}
