import SampanMesh

/// Numbers of what `sampan check` looks at: CF configuration, TR trust, NT network, DT data. A number never gets another meaning.
enum CheckCode: String, Codable, Sendable, CaseIterable {
    /// The configuration can be read.
    case configuration = "CF-101"
    /// The policy file can be read.
    case policy = "CF-102"

    /// It is known where certificate, key and roots lie.
    case identity = "TR-101"
    /// Only the owner reads the key.
    case keyMode = "TR-102"
    /// Only the owner enters the trust folder.
    case folderMode = "TR-103"
    /// The certificate file can be read.
    case certificateFile = "TR-104"
    /// The roots can be read.
    case trustFile = "TR-105"

    /// Peers accept the certificate.
    case certificate = "TR-200"
    case expired = "TR-201"
    case notYetValid = "TR-202"
    case unreadableDates = "TR-203"
    case renewalDue = "TR-204"
    case longLife = "TR-205"
    case noName = "TR-206"
    case severalNames = "TR-207"
    case strangeName = "TR-208"
    case authorityAsNode = "TR-209"
    case missingPurpose = "TR-210"
    case strangeKey = "TR-211"
    case keyMismatch = "TR-212"
    case keyUnusable = "TR-213"
    case missingIssuer = "TR-214"
    case strangersInChain = "TR-215"
    case rootInChain = "TR-216"
    case untrusted = "TR-217"
    /// The certificate is of the configuration's trust domain.
    case trustDomain = "TR-218"

    /// The clock is not years off.
    case clock = "TR-301"
    /// The clock agrees with the platform node's.
    case skew = "TR-302"

    /// The platform node takes a connection.
    case platform = "NT-101"
    /// Nobody else has the listener's port.
    case listener = "NT-102"

    /// The data folder is there and can be written.
    case dataFolder = "DT-101"
    /// Only the owner enters the data folder.
    case dataMode = "DT-102"
    /// There is room on its disk.
    case dataSpace = "DT-103"

    /// The same thing as a linter calls it.
    init(_ code: CertificateFinding.Code) {
        self =
            switch code {
            case .expired: .expired
            case .notYetValid: .notYetValid
            case .unreadableDates: .unreadableDates
            case .renewalDue: .renewalDue
            case .longLife: .longLife
            case .noName: .noName
            case .severalNames: .severalNames
            case .strangeName: .strangeName
            case .authorityAsNode: .authorityAsNode
            case .missingPurpose: .missingPurpose
            case .strangeKey: .strangeKey
            case .keyMismatch: .keyMismatch
            case .keyUnusable: .keyUnusable
            case .missingIssuer: .missingIssuer
            case .strangersInChain: .strangersInChain
            case .rootInChain: .rootInChain
            case .untrusted: .untrusted
            }
    }
}
