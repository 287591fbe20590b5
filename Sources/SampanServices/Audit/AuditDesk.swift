package import SampanAPI
internal import SampanDomain
internal import SampanFerry
package import SampanMesh
package import SampanRPC

/// `sampan.audit.v1.AuditService`: a resident's list of readers with the proof that it is complete, and tree heads for other nodes. Which
/// role may call what is the policy's; that a resident sees no other person is decided here.
package struct AuditDesk: AuditV1.AuditServiceHandler {
    /// Entries of an answer, at most: some 300 KB.
    private static let largestPage: UInt32 = 500
    private static let usualPage: UInt32 = 100

    private let log: any AuditReading
    private let keys: AuditPersonKeys
    private let residents: (any AuditResidents)?

    /// - Parameter residents: nil for a node where no resident signs in: nobody sees a list.
    package init(log: any AuditReading, keys: AuditPersonKeys, residents: (any AuditResidents)?) {
        self.log = log
        self.keys = keys
        self.residents = residents
    }

    package func listReaders(
        _ request: AuditV1.ListReadersRequest, context: CallContext
    ) async throws -> AuditV1.ListReadersResponse {
        // The policy lets no other role come here; a policy that somebody has widened must not open this.
        guard try context.requireIdentity().role == .app else {
            throw RPCError(.permissionDenied, reason: "RESIDENTS_ONLY", "a list of readers is for the resident whom it is about")
        }
        guard let residents else {
            throw RPCError(.permissionDenied, reason: "NO_RESIDENTS", "no resident signs in at this node")
        }
        let (skipped, limit) = try Self.page(request)
        let person = try await residents.person(of: request.session, context)
        let key: AuditPersonKey
        let pseudonym: AuditPseudonym
        do throws(AuditError) { (key, pseudonym) = (try keys.key(of: person), try keys.pseudonym(of: person)) } catch {
            throw RPCError(code: .internal, message: "the person's key cannot be made", cause: error)
        }
        let readers = try await log.readers(of: pseudonym, skipping: skipped, limit: limit)
        let next = skipped + UInt64(readers.entries.count)
        return AuditV1.ListReadersResponse(
            personKey: key.bytes, proof: readers.proof, entries: readers.entries,
            nextPageToken: readers.entries.isEmpty || next >= readers.proof?.count ?? 0 ? "" : "\(next)")
    }

    package func getTreeHead(
        _ request: AuditV1.GetTreeHeadRequest, context: CallContext
    ) async throws -> AuditV1.GetTreeHeadResponse {
        guard let (head, path) = try await log.treeHead(known: request.knownSize) else { return AuditV1.GetTreeHeadResponse() }
        return AuditV1.GetTreeHeadResponse(head: head.message, path: path)
    }

    private static func page(_ request: AuditV1.ListReadersRequest) throws(RPCError) -> (skipped: UInt64, limit: Int) {
        do throws(DomainError) {
            guard request.pageSize <= largestPage else { throw DomainError(field: "page_size", message: "at most \(largestPage)") }
            guard let skipped = request.pageToken.isEmpty ? 0 : UInt64(request.pageToken), skipped <= UInt64(Int32.max) else {
                throw DomainError(field: "page_token", message: "is none that this service has given")
            }
            return (skipped, Int(request.pageSize == 0 ? usualPage : request.pageSize))
        } catch {
            throw RPCError(invalid: error)
        }
    }
}
