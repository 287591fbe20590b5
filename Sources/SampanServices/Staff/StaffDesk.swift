package import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
internal import SampanProtobuf
package import SampanRPC
internal import SampanStorage

/// `sampan.identity.v1.StaffService`: the registry of staff. Who may call what is the policy's; that an institution sees and changes its
/// own staff only is checked here.
package struct StaffDesk: IdentityV1.StaffServiceHandler {
    /// Entries that a lookup shows.
    private static let mostFound = 100

    private let file: RegistryFile
    private let rows: StaffRows
    private let audit: any RegistryAudit

    package init(_ file: RegistryFile, audit: any RegistryAudit) {
        self.file = file
        self.audit = audit
        rows = StaffRows(sealer: file.sealer)
    }

    package func putStaff(_ request: IdentityV1.PutStaffRequest, context: CallContext) async throws -> IdentityV1.PutStaffResponse {
        let caller = try RegistryCaller(context)
        guard let entry = request.staff, let reference = entry.reference else { throw Self.missing("staff.reference") }
        try caller.require(institution: reference.institutionCode)
        return try await change(request.requestID, request, caller, context, "STAFF_PUT", reference) { change, now, tx in
            IdentityV1.PutStaffResponse(staff: try change.put(entry, expected: request.expectedVersion, now: now, tx).entry)
        }
    }

    package func changeStaffStatus(
        _ request: IdentityV1.ChangeStaffStatusRequest, context: CallContext
    ) async throws -> IdentityV1.ChangeStaffStatusResponse {
        let caller = try RegistryCaller(context)
        guard let reference = request.reference else { throw Self.missing("reference") }
        try caller.require(institution: reference.institutionCode)
        do throws(DomainError) { try StatusRules.check(request.status, reason: request.reason) } catch {
            throw RegistryError.invalid(error).rpcError
        }
        let reason = "STAFF_\(request.status.word.uppercased())"
        return try await change(request.requestID, request, caller, context, reason, reference) { change, now, tx in
            IdentityV1.ChangeStaffStatusResponse(
                staff: try change.setStatus(
                    request.status, of: reference, reason: request.reason, expected: request.expectedVersion, now: now, tx))
        }
    }

    package func getStaff(_ request: IdentityV1.GetStaffRequest, context: CallContext) async throws -> IdentityV1.GetStaffResponse {
        let caller = try RegistryCaller(context)
        guard let reference = request.reference else { throw Self.missing("reference") }
        try caller.require(institution: reference.institutionCode)
        let page = try page(1, "", request.asOf, request.knownAt)
        let rows = rows
        let entry = try await read { tx in try rows.inForce(reference, asOf: page.asOf, knownAt: page.knownAt, tx) }
        guard let entry else { throw RegistryError.notFound("member of staff").rpcError }
        return IdentityV1.GetStaffResponse(staff: entry)
    }

    package func listStaff(_ request: IdentityV1.ListStaffRequest, context: CallContext) async throws -> IdentityV1.ListStaffResponse {
        let caller = try RegistryCaller(context)
        try caller.require(institution: request.institutionCode)
        let page = try page(request.pageSize, request.pageToken, request.asOf, request.knownAt)
        guard request.role == .unspecified || request.role.domain != nil else {
            throw RegistryError.invalid(DomainError(field: "role", message: "is unknown here")).rpcError
        }
        let (rows, now) = (rows, file.now())
        let entries = try await read { tx in
            try rows.list(request.institutionCode, page, role: request.role.domain, status: request.status, tx)
        }
        let shown = Array(entries.prefix(page.size))
        let last = shown.last?.reference?.staffID
        return IdentityV1.ListStaffResponse(
            staff: shown, nextPageToken: entries.count > page.size ? last.map { page.next(after: $0, now: now) } ?? "" : "")
    }

    package func listStaffVersions(
        _ request: IdentityV1.ListStaffVersionsRequest, context: CallContext
    ) async throws -> IdentityV1.ListStaffVersionsResponse {
        let caller = try RegistryCaller(context)
        guard let reference = request.reference else { throw Self.missing("reference") }
        try caller.require(institution: reference.institutionCode)
        let (before, size) = (try VersionPage.before(request.pageToken), try VersionPage.size(request.pageSize))
        let rows = rows
        let entries = try await read { tx in try rows.versions(reference, before: before, limit: size + 1, tx) }
        let shown = Array(entries.prefix(size))
        return IdentityV1.ListStaffVersionsResponse(
            staff: shown, nextPageToken: entries.count > size ? shown.last.map { String($0.version) } ?? "" : "")
    }

    package func importStaff(
        _ requests: MessageStream<IdentityV1.ImportStaffRequest>, context: CallContext
    ) async throws -> IdentityV1.ImportStaffResponse {
        let caller = try RegistryCaller(context)
        let (first, csv) = try await RegistryUpload.collect(requests, most: RegistryUpload.mostBytes) { $0.csv }
        try caller.require(institution: first.institutionCode)
        let sheet = RegistrySheet(csv, header: StaffSheet.header)
        let body = [csv, Array(first.institutionCode.utf8), Array("\(first.validateOnly)".utf8)]
        let detail = "import \(sheet.rows.count) staff of \(first.institutionCode)\(first.validateOnly ? ", look only" : "")"
        let change = makeChange(caller)
        return try await RegistryCall.run(
            file, audit, caller, context, first.requestID, body, "STAFF_IMPORT", detail, isLook: first.validateOnly
        ) { now, tx in
            var sheet = sheet
            let result = try RegistryImport.run(&sheet, validateOnly: first.validateOnly, tx) { row, sheet, tx in
                let (entry, expected) = try StaffSheet.entry(row, sheet, of: first.institutionCode)
                let (kept, before) = try change.put(entry, expected: expected, now: now, tx)
                return before == nil ? .added : before?.version == kept.version ? .unchanged : .changed
            }
            return (IdentityV1.ImportStaffResponse(result: result), result.faultCount == 0)
        }
    }

    package func lookupStaff(
        _ request: IdentityV1.LookupStaffRequest, context: CallContext
    ) async throws -> IdentityV1.LookupStaffResponse {
        guard !request.institutionCode.isEmpty, request.name.isEmpty != request.licenceNumber.isEmpty,
            request.name.utf8.count <= 100, request.licenceNumber.utf8.count <= 64
        else {
            let error = DomainError(field: "name", message: "give the institution, and the whole name or the number of the licence")
            throw RegistryError.invalid(error).rpcError
        }
        let (rows, now) = (rows, file.now())
        let entries = try await read { tx -> [IdentityV1.StaffMember] in
            guard let institution = try InstitutionRows.inForce(request.institutionCode, asOf: now, tx), institution.status == .active
            else {
                return []
            }
            return try rows.lookup(
                request.institutionCode, name: request.name, licence: request.licenceNumber, now: now, limit: Self.mostFound, tx)
        }
        return IdentityV1.LookupStaffResponse(staff: entries.compactMap(IdentityV1.PublicStaff.init))
    }

    // MARK: Small parts

    private func makeChange(_ caller: RegistryCaller) -> StaffChange {
        StaffChange(rows: rows, scheme: file.scheme, standing: file.standing, caller: caller)
    }

    private func change<Response: Message>(
        _ requestID: String, _ request: some Message, _ caller: RegistryCaller, _ context: CallContext, _ reason: String,
        _ reference: IdentityV1.StaffReference,
        _ body: @escaping @Sendable (StaffChange, UnixTime, borrowing Transaction) throws -> Response
    ) async throws -> Response {
        let change = makeChange(caller)
        let detail = "staff \(reference.institutionCode)/\(reference.staffID)"
        return try await RegistryCall.run(
            file, audit, caller, context, requestID, [RegistryRequest.body(request)], reason, detail, isLook: false
        ) { now, tx in (try body(change, now, tx), true) }
    }

    private func page(
        _ size: Int32, _ token: String, _ asOf: GoogleProtobuf.Timestamp?, _ knownAt: GoogleProtobuf.Timestamp?
    ) throws(RPCError) -> RegistryPage {
        do throws(RegistryError) {
            return try RegistryPage(size: size, token: token, asOf: asOf, knownAt: knownAt, now: file.now())
        } catch {
            throw error.rpcError
        }
    }

    private func read<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) async throws(RPCError) -> T {
        do throws(RegistryError) { return try await file.read(body) } catch { throw error.rpcError }
    }

    private static func missing(_ field: String) -> RPCError {
        RegistryError.invalid(DomainError(field: field, message: "is missing")).rpcError
    }
}

extension IdentityV1.PublicStaff {
    /// Nil for those whose names are nobody's business: technicians and clerks.
    init?(_ entry: IdentityV1.StaffMember) {
        let roles = entry.roles.compactMap(\.domain).filter(\.isLicensed)
        guard !roles.isEmpty else { return nil }
        self.init(
            institutionCode: entry.reference?.institutionCode ?? "", name: entry.name, roles: roles.map(IdentityV1.StaffRole.init),
            title: entry.title, department: entry.department, licence: entry.licence)
    }
}
