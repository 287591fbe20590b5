package import SampanAPI
package import SampanDomain

extension IdentityV1.StaffRole {
    /// Nil for UNSPECIFIED, and for one that this program does not know.
    package var domain: StaffRole? {
        switch self {
        case .doctor: .doctor
        case .nurse: .nurse
        case .pharmacist: .pharmacist
        case .technician: .technician
        case .clerk: .clerk
        case .qualityOfficer: .qualityOfficer
        case .unspecified, .unrecognized: nil
        }
    }

    package init(_ role: StaffRole) {
        self =
            switch role {
            case .doctor: .doctor
            case .nurse: .nurse
            case .pharmacist: .pharmacist
            case .technician: .technician
            case .clerk: .clerk
            case .qualityOfficer: .qualityOfficer
            }
    }
}
