import FoundationEssentials

/// What an admin hands to whoever sets a node up: `sampan-enroll-v1.<token>.<root>`, both parts base64url without padding (RFC 4648 §5).
enum TicketText {
    private static let prefix = "sampan-enroll-v1"

    static func of(token: [UInt8], root: [UInt8]) -> String { "\(prefix).\(base64URL(token)).\(base64URL(root))" }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        let characters = Data(bytes).base64EncodedString().compactMap { character -> Character? in
            switch character {
            case "+": "-"
            case "/": "_"
            case "=": nil
            default: character
            }
        }
        return String(characters)
    }
}
