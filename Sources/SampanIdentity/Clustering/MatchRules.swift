/// What no weight may overrule: when records are never joined by themselves, and what is asked beside the weight when they are.
enum MatchRules {
    /// Why two clusters are never one person as far as the records go.
    enum Conflict: String, Sendable {
        /// Each has a right citizen number of its own, and they differ.
        case twoNumbers = "TWO_CITIZEN_NUMBERS"
        /// One is the other's guardian.
        case guardian = "GUARDIAN_AND_CHILD"
        /// First and second of newborn twins.
        case twins = "NEWBORN_TWINS"
        /// Birth dates that no known slip explains, and no number in common.
        case birth = "TWO_BIRTH_DATES"
        /// People have decided so.
        case decided = "DECIDED_APART"
    }

    static func conflict(_ left: ClusterProfile, _ right: ClusterProfile, _ comparison: Comparison) -> Conflict? {
        if !left.apart.isEmpty, right.members.contains(where: left.apart.contains) { return .decided }
        if !right.apart.isEmpty, left.members.contains(where: right.apart.contains) { return .decided }
        if !left.ownNumbers.isEmpty, !right.ownNumbers.isEmpty, left.ownNumbers.isDisjoint(with: right.ownNumbers) { return .twoNumbers }
        if !left.ownNumbers.isDisjoint(with: right.guardianNumbers) || !right.ownNumbers.isDisjoint(with: left.guardianNumbers) {
            return .guardian
        }
        if !left.names.isDisjoint(with: right.guardianNames) || !right.names.isDisjoint(with: left.guardianNames) { return .guardian }
        if !left.ordinals.isEmpty, !right.ordinals.isEmpty, left.ordinals != right.ordinals { return .twins }
        if comparison.birth == .different, comparison.number != .same { return .birth }
        return nil
    }

    /// Whether the fields allow an automatic link, whatever they weigh. The point is twins and relatives: they share birth date, house,
    /// telephone and guardian, so that all these together say nothing of who it is.
    static func allowsLink(_ comparison: Comparison) -> Bool {
        let name = comparison.name
        let isName = name == .same || name == .gap || name == .homophone || name == .swapped
        let isHousehold = comparison.phone == .same || comparison.address == .house
        let isGuardian = comparison.guardian == .number || comparison.guardian == .name
        switch comparison.number {
        case .same:
            if isName || name == .oneOther { return true }
            if name == .missing || name == .sameMother || name == .newbornNamed { return comparison.sex != .different }
            // A changed name, if all else stands; or somebody else's card.
            return comparison.birth == .same && comparison.sex != .different && (isHousehold || isGuardian)
        case .near:
            return isName || (name == .oneOther && isHousehold)
        case .missing, .sameDoubtful, .other, .otherUnsure:
            // Without a name a child's record could be that of a brother or sister of the same day.
            if name == .missing { return comparison.birth == .same && comparison.sex != .different && isHousehold && !isGuardian }
            if name == .sameMother || name == .newbornNamed {
                return comparison.birth == .same && comparison.sex != .different && (isGuardian || isHousehold)
            }
            guard isName else { return false }
            switch comparison.birth {
            case .same:
                // A name and a birth date alone are shared by strangers; with the town and nothing against it hardly ever.
                let isTown = comparison.address == .town && comparison.phone == .missing && comparison.sex != .different
                return isHousehold || isGuardian || comparison.phone == .near || isTown
            case .different: return false
            default: return isHousehold || isGuardian || comparison.phone == .near
            }
        }
    }
}
