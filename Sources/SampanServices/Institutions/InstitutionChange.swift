internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
internal import SampanStorage

/// Changes of an institution's entry, within a transaction. Each tells who follows, once it is durable.
struct InstitutionChange: Sendable {
    let scheme: InstitutionCode.Scheme
    let standing: StandingBook
    /// SPIFFE name.
    let caller: String

    /// Enters a new institution, or a new version of one. Throws `DomainError` and `RegistryError`.
    /// - Parameter expected: version that was read, 0 for none; nil: whichever it is, as files do.
    func put(
        _ new: IdentityV1.Institution, expected: Int64?, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> (entry: IdentityV1.Institution, before: IdentityV1.Institution?) {
        var entry = try InstitutionRules.checked(new, scheme: scheme, now: now)
        try InstitutionRules.checkRegion(entry, now: now, tx)
        let before = try InstitutionRows.newest(entry.code, tx)
        if let expected, expected != before?.version ?? 0 { throw RegistryError.versionConflict(newest: before?.version ?? 0) }
        if let before {
            guard before.status != .closed else { throw RegistryError.closed }
            guard entry.status == .unspecified || entry.status == before.status else { throw RegistryError.statusByPut }
            entry.status = before.status
            entry.statusReason = before.statusReason
            if InstitutionRules.isSame(entry, before), new.effectiveFrom == nil || entry.effectiveFrom == before.effectiveFrom {
                return (before, before)
            }
        } else {
            guard entry.status == .unspecified || entry.status == .active else { throw RegistryError.statusByPut }
            entry.status = .active
        }
        let kept = try InstitutionRows.append(entry, by: caller, now: now, tx)
        try tell(kept.code, now: now, tx)
        return (kept, before)
    }

    /// Suspends, restores or closes one, now; what is planned for later keeps its plan and takes the status over. One that has the status
    /// already stays as it is.
    func setStatus(
        _ status: IdentityV1.EntryStatus, of code: String, reason: String, expected: Int64, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> IdentityV1.Institution {
        guard let newest = try InstitutionRows.newest(code, tx) else { throw RegistryError.notFound("institution") }
        guard expected == 0 || expected == newest.version else { throw RegistryError.versionConflict(newest: newest.version) }
        guard newest.status != .closed || status == .closed else { throw RegistryError.closed }
        let current = try InstitutionRows.inForce(code, asOf: now, tx)
        guard newest.status != status || current.map({ $0.status != status }) ?? false else { return newest }
        let planned = try InstitutionRows.planned(code, after: current?.version ?? 0, now: now, tx)
        var kept = newest
        for (entry, from) in [current.map { ($0, now.wholeSecond.message) }].compactMap({ $0 }) + planned.map({ ($0, $0.effectiveFrom) }) {
            var next = entry
            next.status = status
            next.statusReason = status == .active ? "" : reason
            next.effectiveFrom = from
            kept = try InstitutionRows.append(next, by: caller, now: now, tx)
        }
        try tell(code, now: now, tx)
        return kept
    }

    private func tell(_ code: String, now: UnixTime, _ tx: borrowing Transaction) throws {
        let changes = try StandingRows.changes(of: [.institution(code)], at: now, tx)
        let standing = standing
        tx.afterCommit { standing.publish(changes) }
    }
}
