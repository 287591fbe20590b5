package import SampanAPI
internal import SampanDomain
internal import SampanFerry
package import SampanRPC
internal import SampanStorage

extension CodeDesk {
    package func importCodeMappings(
        _ requests: MessageStream<IdentityV1.ImportCodeMappingsRequest>, context: CallContext
    ) async throws -> IdentityV1.ImportCodeMappingsResponse {
        let caller = try RegistryCaller(context)
        let (first, csv) = try await RegistryUpload.collect(requests, most: RegistryUpload.mostBytes) { $0.csv }
        let institution = try own(first.institutionCode, caller)
        let (sheet, uri, isLook) = (RegistrySheet(csv, header: MappingSheet.header), caller.identity.uri, first.validateOnly)
        var head = first
        head.csv = []
        let detail = "map \(sheet.rows.count) codes of \(institution)"
        return try await RegistryCall.run(
            file, audit, caller, context, first.requestID, [RegistryRequest.body(head), csv], "CODES_MAP", detail, isLook: isLook
        ) { now, tx in
            var sheet = sheet
            let system = try Self.system(first.system, 0, now, tx)
            var seen: Set<String> = []
            let result = try RegistryImport.run(&sheet, validateOnly: isLook, tx) { row, sheet, tx in
                let mapping = try MappingSheet.mapping(row, sheet)
                guard seen.insert(mapping.localCode).inserted else { throw DomainError(field: "local_code", message: "stands twice") }
                if !mapping.code.isEmpty, try CodeRows.find(mapping.code, of: system, tx) == nil {
                    throw DomainError(field: "code", message: "is not in the table \(system.id) that is in force")
                }
                return try CodeMappingRows.put(mapping, institution, system.id, by: uri, now: now, tx)
            }
            return (IdentityV1.ImportCodeMappingsResponse(result: result), result.faultCount == 0)
        }
    }

    package func listCodeMappings(
        _ request: IdentityV1.ListCodeMappingsRequest, context: CallContext
    ) async throws -> IdentityV1.ListCodeMappingsResponse {
        let institution = try own(request.institutionCode, RegistryCaller(context))
        let size = try VersionPage.size(request.pageSize)
        let mappings = try await read { tx in
            try CodeMappingRows.list(institution, request.system, after: request.pageToken, limit: size + 1, tx)
        }
        let shown = Array(mappings.prefix(size))
        return IdentityV1.ListCodeMappingsResponse(
            mappings: shown, nextPageToken: mappings.count > size ? shown.last?.localCode ?? "" : "")
    }

    package func translateCodes(
        _ request: IdentityV1.TranslateCodesRequest, context: CallContext
    ) async throws -> IdentityV1.TranslateCodesResponse {
        let caller = try RegistryCaller(context)
        let institution = try own(request.institutionCode, caller)
        let asOf = try moment(request.asOf)
        do throws(DomainError) {
            guard (1...Self.mostTranslated).contains(request.localCodes.count) else {
                throw DomainError(field: "local_codes", message: "are 1 to \(Self.mostTranslated)")
            }
            for local in request.localCodes { try MappingSheet.check(local, "local_codes.code", "local_codes.name") }
        } catch {
            throw RegistryError.invalid(error).rpcError
        }
        if request.requestID.isEmpty { return try await read { tx in try Self.translate(request, institution, asOf, tx) } }
        do throws(RegistryError) {
            let noted = try RegistryRequest(
                caller, request.requestID, method: context.method.path, body: [RegistryRequest.body(request)])
            let (now, sealer) = (file.now(), file.sealer)
            return try await file.write { tx in
                if let first = try noted.known(IdentityV1.TranslateCodesResponse.self, sealer, tx) { return first }
                let response = try Self.translate(request, institution, asOf, tx)
                for (local, translated) in zip(request.localCodes, response.codes) where translated.code == nil {
                    try CodeMappingRows.note(local, institution, request.system, now: now, tx)
                }
                try noted.note(response, sealer, now: now, tx)
                return response
            }
        } catch {
            throw error.rpcError
        }
    }

    private static func translate(
        _ request: IdentityV1.TranslateCodesRequest, _ institution: String, _ asOf: UnixTime, _ tx: borrowing Transaction
    ) throws -> IdentityV1.TranslateCodesResponse {
        let system = try system(request.system, 0, asOf, tx)
        let codes = try request.localCodes.map { local in
            // The same text in the region's table says nothing: a local 03 may be anything.
            guard let mapping = try CodeMappingRows.find(local.code, institution, system.id, tx) else {
                return IdentityV1.TranslatedCode(localCode: local.code)
            }
            let code = try CodeRows.find(mapping.code, of: system, tx)
            return IdentityV1.TranslatedCode(localCode: local.code, code: code, isRetired: code == nil)
        }
        return IdentityV1.TranslateCodesResponse(codes: codes, version: system.version)
    }

    package func listUnmappedCodes(
        _ request: IdentityV1.ListUnmappedCodesRequest, context: CallContext
    ) async throws -> IdentityV1.ListUnmappedCodesResponse {
        let institution = try own(request.institutionCode, RegistryCaller(context))
        let size = try VersionPage.size(request.pageSize)
        var last: (seen: Int64, code: String)?
        if !request.pageToken.isEmpty {
            let parts = request.pageToken.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
            guard request.pageToken.utf8.count <= 128, parts.count == 2, let seen = Int64(parts[0]) else {
                throw RegistryError.invalid(DomainError(field: "page_token", message: "is none of a page of this list")).rpcError
            }
            last = (seen, String(parts[1]))
        }
        let (now, place) = (file.now(), last)
        let codes = try await read { tx in
            let system = try Self.system(request.system, 0, now, tx)
            return try CodeMappingRows.unmapped(institution, system, after: place, limit: size + 1, tx)
        }
        let shown = Array(codes.prefix(size))
        return IdentityV1.ListUnmappedCodesResponse(
            codes: shown, nextPageToken: codes.count > size ? shown.last.map { "\($0.seenCount)|\($0.localCode)" } ?? "" : "")
    }

    /// The institution that is meant: the caller's own where none is named. Throws for another's, unless the region asks.
    private func own(_ code: String, _ caller: RegistryCaller) throws(RPCError) -> String {
        guard !code.isEmpty else { return caller.identity.institution }
        try caller.require(institution: code)
        return code
    }
}
