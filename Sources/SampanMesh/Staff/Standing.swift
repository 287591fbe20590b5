package import SampanAPI
package import SampanDomain

/// Whether an institution, or one of its staff, may act: what the registry says of it at a moment.
package struct Standing: Sendable, Hashable {
    package let isActive: Bool
    /// Not from then on; nil: without an end.
    package let until: UnixTime?
    /// Of staff; empty for institutions.
    package let roles: Set<StaffRole>
    /// Of multi-point practice: this entry must be in force as well.
    package let home: StaffKey?

    package init(isActive: Bool, until: UnixTime? = nil, roles: Set<StaffRole> = [], home: StaffKey? = nil) {
        self.isActive = isActive
        self.until = until
        self.roles = roles
        self.home = home
    }

    /// Whether it is in force at a moment.
    func holds(at now: UnixTime) -> Bool { isActive && until.map { now < $0 } ?? true }
}

/// Names a member of staff in the region.
package struct StaffKey: Sendable, Hashable {
    package let institution: String
    package let staffID: StaffID

    package init(institution: String, staffID: StaffID) {
        self.institution = institution
        self.staffID = staffID
    }
}

/// Whose standing it is.
package enum StandingSubject: Sendable, Hashable {
    case institution(String)
    case staff(StaffKey)
}

/// What is known of somebody from now on; a standing of nil: nothing any more.
package struct StandingChange: Sendable, Hashable {
    package let subject: StandingSubject
    package let standing: Standing?

    package init(_ subject: StandingSubject, _ standing: Standing?) {
        self.subject = subject
        self.standing = standing
    }
}

extension MeshV1.FollowStandingResponse {
    /// Those without a standing go as inactive: who is not known may not act either.
    package init(_ changes: some Sequence<StandingChange>, begins: Bool = false, isComplete: Bool = false) {
        self.init(begins: begins, isComplete: isComplete)
        for change in changes {
            let standing = change.standing
            switch change.subject {
            case .institution(let code):
                institutions.append(
                    MeshV1.InstitutionStanding(code: code, isActive: standing?.isActive ?? false, until: standing?.until?.message))
            case .staff(let key):
                staff.append(
                    MeshV1.StaffStanding(
                        institutionCode: key.institution, staffID: key.staffID.text, isActive: standing?.isActive ?? false,
                        until: standing?.until?.message, roles: standing.map { $0.roles.map(\.rawValue).sorted() } ?? [],
                        homeInstitutionCode: standing?.home?.institution ?? "", homeStaffID: standing?.home?.staffID.text ?? ""))
            }
        }
    }

    /// What it says. Roles that this program does not know are left out; an entry that cannot be read is nobody's. Throws nothing: half of
    /// the staff is better than none, and whoever is missing is refused.
    package var changes: [StandingChange] {
        institutions.map { entry in
            StandingChange(
                .institution(entry.code), Self.isReadable(entry.until) ? Standing(isActive: entry.isActive, until: entry.until?.time) : nil)
        }
            + staff.compactMap { entry in
                guard let staffID = try? StaffID(entry.staffID) else { return nil }
                let key = StaffKey(institution: entry.institutionCode, staffID: staffID)
                var home: StaffKey?
                if !entry.homeStaffID.isEmpty || !entry.homeInstitutionCode.isEmpty {
                    guard let id = try? StaffID(entry.homeStaffID) else { return StandingChange(.staff(key), nil) }
                    home = StaffKey(institution: entry.homeInstitutionCode, staffID: id)
                }
                guard Self.isReadable(entry.until) else { return StandingChange(.staff(key), nil) }
                return StandingChange(
                    .staff(key),
                    Standing(
                        isActive: entry.isActive, until: entry.until?.time, roles: Set(entry.roles.compactMap(StaffRole.init(rawValue:))),
                        home: home))
            }
    }

    /// An end that is no moment must not become no end.
    private static func isReadable(_ time: GoogleProtobuf.Timestamp?) -> Bool { time == nil || time?.time != nil }
}

extension GoogleProtobuf.Timestamp {
    fileprivate var time: UnixTime? { nanosecondsSince1970.map(UnixTime.init(nanoseconds:)) }
}
