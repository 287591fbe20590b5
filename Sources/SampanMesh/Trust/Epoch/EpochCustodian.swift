/// Who keeps for an institution what it has no node for: a village clinic's records lie at its county's hospital (Docs/Mesh.md).
package struct EpochCustodian: Sendable, Hashable {
    /// What is kept, and whose it is. Each has one custodian at most.
    package struct Matter: Sendable, Hashable {
        /// Code of an institution.
        package let institution: String
        /// Full name of a service, at most 255 printable ASCII characters; empty: every one that has no custodian of its own.
        package let service: String

        /// Throws an `EpochError` that names the field.
        package init(institution: String, service: String = "") throws(EpochError) {
            try EpochCustodian.checkCode(institution, "custodians.institution")
            try EpochError.check(count: service.utf8.count, in: 0...EpochLimits.serviceBytes.upperBound, "custodians.service")
            try EpochRoute.checkPrintable([service], "custodians.service")
            (self.institution, self.service) = (institution, service)
        }

        /// Whether some service is of both.
        fileprivate func overlaps(_ other: String) -> Bool { service.isEmpty || other.isEmpty || service == other }
    }

    package let matter: Matter
    /// Code of the institution that keeps; another one.
    package let custodian: String

    /// Throws an `EpochError` that names the field.
    package init(_ matter: Matter, custodian: String) throws(EpochError) {
        try Self.checkCode(custodian, "custodians.custodian")
        guard custodian != matter.institution else {
            throw EpochError(.badValue, "custodians.custodian", "an institution needs none to keep for itself")
        }
        (self.matter, self.custodian) = (matter, custodian)
    }

    /// By institution, then service.
    package static func < (left: EpochCustodian, right: EpochCustodian) -> Bool {
        (left.matter.institution, left.matter.service) < (right.matter.institution, right.matter.service)
    }

    /// Throws unless each matter has one custodian, and no custodian is kept for itself in a service that it keeps: so a name is looked up
    /// once, and nothing can go round.
    static func check(_ custodians: [EpochCustodian]) throws(EpochError) {
        try EpochError.check(count: custodians.count, in: EpochLimits.custodians, "custodians")
        guard Set(custodians.map(\.matter)).count == custodians.count else {
            throw EpochError(.repeated, "custodians", "an institution has one custodian for a service")
        }
        // Not `conflict` for each: that would be 10,000 times 10,000.
        let kept = Dictionary(grouping: custodians, by: \.matter.institution)
        for entry in custodians {
            guard kept[entry.custodian]?.contains(where: { $0.matter.overlaps(entry.matter.service) }) != true else {
                throw EpochError(.badValue, "custodians.custodian", "who is kept for keeps for nobody in the same service")
            }
        }
    }

    /// What stands already and keeps `entry` from being made: its custodian is kept for, or its institution keeps; nil for nothing.
    static func conflict(of entry: EpochCustodian, with others: [EpochCustodian]) -> EpochCustodian? {
        others.first { other in
            other.matter != entry.matter && other.matter.overlaps(entry.matter.service)
                && (other.matter.institution == entry.custodian || other.custodian == entry.matter.institution)
        }
    }

    private static func checkCode(_ code: String, _ field: String) throws(EpochError) {
        guard case .institution = CallTarget(code) else { throw EpochError(.badValue, field, "not the code of an institution") }
    }
}
