internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanIdentity

extension FieldWeight {
    var message: IdentityV1.FieldWeight { IdentityV1.FieldWeight(field: field, level: level, hundredths: hundredths) }
}

extension RegistrationOutcome.Answer {
    var message: IdentityV1.RegistrationAnswer {
        switch self {
        case .created: .created
        case .linked: .linked
        case .review: .review
        case .updated: .updated
        }
    }
}

extension ReviewStand {
    var message: IdentityV1.ReviewStand {
        switch self {
        case .proposed: .proposed
        case .linked: .linked
        case .apart: .apart
        case .open: .open
        }
    }
}

extension IndexEvent {
    var message: IdentityV1.PatientEvent {
        IdentityV1.PatientEvent(
            eventID: id, at: at.message, kind: kind.rawValue, enterpriseID: person.number, otherID: other?.number ?? 0,
            hundredths: hundredths,
            weights: weights.map(\.message), actor: actor, reason: reason, undoneBy: undoneBy ?? 0)
    }
}

extension PendingReview {
    var message: IdentityV1.Review {
        IdentityV1.Review(
            reviewID: id, first: first.message, second: second.message, hundredths: hundredths, reason: reason,
            weights: weights.map(\.message), openedAt: openedAt.message, proposal: proposal?.message ?? .unspecified,
            proposedBy: proposedBy ?? "")
    }
}

extension ReviewDecision {
    var message: IdentityV1.ReviewDecision { self == .link ? .onePerson : .twoPersons }
}

extension PendingReview.Side {
    var message: IdentityV1.ReviewSide {
        IdentityV1.ReviewSide(
            enterpriseID: person.number, institutionCode: institution, localID: localID,
            demographics: IdentityV1.Demographics(
                name: demographics.name, sex: demographics.sex, birthDate: demographics.birthDate, idType: demographics.idType,
                idNumber: Mask.identityNumber(demographics.idNumber), phone: Mask.phone(demographics.phone), address: demographics.address,
                guardianName: demographics.guardianName, guardianNumber: Mask.identityNumber(demographics.guardianNumber)))
    }
}
