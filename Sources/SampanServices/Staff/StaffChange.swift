internal import SampanRPC
internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
internal import SampanStorage

/// Changes of a member of staff's entry, within a transaction. Each tells who follows, once it is durable.
struct StaffChange: Sendable {
    let rows: StaffRows
    let scheme: InstitutionCode.Scheme
    let standing: StandingBook
    let caller: RegistryCaller

    /// Enters a new member, or a new version of one. Throws `DomainError` and `RegistryError`.
    /// - Parameter expected: version that was read, 0 for none; nil: whichever it is, as files do.
    func put(
        _ new: IdentityV1.StaffMember, expected: Int64?, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> (entry: IdentityV1.StaffMember, before: IdentityV1.StaffMember?) {
        var entry = try StaffRules.checked(new, scheme: scheme, now: now)
        guard let reference = entry.reference else { throw RegistryError.notFound("member of staff") }
        try StaffRules.check(entry, rows, now: now, tx)
        let before = try rows.newest(reference, tx)
        if let expected, expected != before?.version ?? 0 { throw RegistryError.versionConflict(newest: before?.version ?? 0) }
        if let before {
            guard before.status != .closed else { throw RegistryError.closed }
            guard entry.status == .unspecified || entry.status == before.status else { throw RegistryError.statusByPut }
            entry.status = before.status
            entry.statusReason = before.statusReason
            entry.statusSetByRegion = before.statusSetByRegion
            if StaffRules.content(entry) == StaffRules.content(before),
                new.effectiveFrom == nil || entry.effectiveFrom == before.effectiveFrom
            {
                return (before, before)
            }
        } else {
            guard entry.status == .unspecified || entry.status == .active else { throw RegistryError.statusByPut }
            entry.status = .active
        }
        let kept = try rows.append(entry, by: caller.identity.uri, now: now, tx)
        try tell(reference, now: now, tx)
        return (kept, before)
    }

    /// As that of institutions. Throws `setByRegion` where the region has set the status and the caller is not the region: an institution
    /// may close such an entry, and no more.
    func setStatus(
        _ status: IdentityV1.EntryStatus, of reference: IdentityV1.StaffReference, reason: String, expected: Int64, now: UnixTime,
        _ tx: borrowing Transaction
    ) throws -> IdentityV1.StaffMember {
        guard let newest = try rows.newest(reference, tx) else { throw RegistryError.notFound("member of staff") }
        guard expected == 0 || expected == newest.version else { throw RegistryError.versionConflict(newest: newest.version) }
        guard newest.status != .closed || status == .closed else { throw RegistryError.closed }
        guard !newest.statusSetByRegion || newest.status == .active || caller.isRegion || status != .active else {
            throw RegistryError.setByRegion
        }
        let current = try rows.inForce(reference, asOf: now, tx)
        // The region's own suspension counts for more than the institution's: it is entered also where that is there.
        let isUpgrade = caller.isRegion && status != .active && !newest.statusSetByRegion
        guard newest.status != status || current.map({ $0.status != status }) ?? false || isUpgrade else { return newest }
        let planned = try rows.planned(reference, after: current?.version ?? 0, now: now, tx)
        var kept = newest
        for (entry, from) in [current.map { ($0, now.wholeSecond.message) }].compactMap({ $0 }) + planned.map({ ($0, $0.effectiveFrom) }) {
            var next = entry
            next.status = status
            next.statusReason = status == .active ? "" : reason
            // An institution that closes what the region has suspended does not make it its own.
            next.statusSetByRegion = status != .active && (caller.isRegion || newest.statusSetByRegion)
            next.effectiveFrom = from
            kept = try rows.append(next, by: caller.identity.uri, now: now, tx)
        }
        try tell(reference, now: now, tx)
        return kept
    }

    private func tell(_ reference: IdentityV1.StaffReference, now: UnixTime, _ tx: borrowing Transaction) throws {
        guard let staffID = try? StaffID(reference.staffID) else { return }
        let subject = StandingSubject.staff(StaffKey(institution: reference.institutionCode, staffID: staffID))
        let changes = try StandingRows.changes(of: [subject], at: now, tx)
        let standing = standing
        tx.afterCommit { standing.publish(changes) }
    }
}
