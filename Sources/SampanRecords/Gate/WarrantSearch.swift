internal import SampanDomain

/// What a request may rest on: the whole of the decision, from what is known of the patient's consents. No I/O.
enum WarrantSearch {
    struct Found: Sendable {
        var warrants: [Warrant] = []
        /// Why, when there is none.
        var reason = DenialReason.noConsent
        /// Something would have counted, but for the time.
        var sawExpired = false
        /// Of the first emergency among the warrants.
        var emergencyCause: EmergencyAccess.Cause?
    }

    static func search(
        _ request: AccessRequest, grants: [ConsentGrant], emergencies: [EmergencyAccess], isGuardian: Bool, at now: UnixTime
    ) -> Found {
        switch request.reader {
        case .resident(let person): resident(person, request, isGuardian: isGuardian)
        case .staff(let institution, let staff, let role):
            search(request, institution, staff, role, grants: grants, emergencies: emergencies, at: now)
        }
    }

    private static func resident(_ person: EnterpriseID, _ request: AccessRequest, isGuardian: Bool) -> Found {
        guard request.purpose == .patientRequest else { return Found(reason: .roleNotAllowed) }
        guard person == request.patient || isGuardian else { return Found(reason: .notThePatient) }
        return Found(warrants: [Warrant(basis: person == request.patient ? .patient : .guardian, scope: request.scope, owner: nil)])
    }

    private static func search(
        _ request: AccessRequest, _ institution: InstitutionCode, _ staff: StaffID, _ role: ReaderRole, grants: [ConsentGrant],
        emergencies: [EmergencyAccess], at now: UnixTime
    ) -> Found {
        guard let most = AccessRules.most(role, for: request.purpose) else { return Found(reason: .roleNotAllowed) }
        guard let wanted = most.intersection(request.scope) else { return Found() }
        var found = Found()
        if request.purpose == .emergency {
            for emergency in emergencies
            where emergency.institution == institution && emergency.staff == staff && emergency.patient == request.patient {
                guard emergency.holds(at: now) else {
                    found.sawExpired = true
                    continue
                }
                found.warrants.append(Warrant(basis: .emergency(emergency.id), scope: wanted, owner: nil))
                found.emergencyCause = found.emergencyCause ?? emergency.cause
            }
            return found.ended()
        }
        // What an institution made it has anyway, but for what only somebody named is shown.
        if let own = wanted.intersection(.allTimes(wanted.kinds, gradeCeiling: AccessRules.personalGrade - 1)) {
            found.warrants.append(Warrant(basis: .own, scope: own, owner: institution))
        }
        for grant in grants
        where grant.terms.patient == request.patient && grant.terms.purpose == request.purpose
            && grant.terms.grantee.admits(institution, staff)
        {
            guard grant.holds(at: now) else {
                found.sawExpired = true
                continue
            }
            guard let scope = wanted.intersection(grant.terms.scope) else { continue }
            found.warrants.append(Warrant(basis: .grant(grant.id), scope: scope, owner: nil))
        }
        return found.ended()
    }
}

extension WarrantSearch.Found {
    /// When nothing is left, tells a consent that is over from one that never was.
    fileprivate func ended() -> Self {
        var found = self
        if warrants.isEmpty, sawExpired { found.reason = .consentEnded }
        return found
    }
}
