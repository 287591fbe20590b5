internal import SampanDomain
internal import SampanRecords

/// A notice as JSON, as the adapters of SMS gateways read it: one line. All that is in it is of ASCII words and digits, so nothing needs
/// escaping; the patient's telephone number is found by the enterprise id, by whoever sends.
enum NoticeText {
    static func bytes(_ notice: Notice) -> [UInt8] {
        let text: String
        switch notice {
        case .code(let patient, let digits, let institution, let purpose, let expiresAt):
            text = """
                {"kind":"code","enterprise_id":"\(patient)","code":"\(digits)","institution":"\(institution)",\
                "purpose":"\(purpose.rawValue)","expires_at":"\(expiresAt.utcText)"}
                """
        case .signIn(let patient, let digits, let expiresAt):
            text = """
                {"kind":"sign-in","enterprise_id":"\(patient)","code":"\(digits)","expires_at":"\(expiresAt.utcText)"}
                """
        case .emergency(let patient, let institution, let at):
            text = """
                {"kind":"emergency","enterprise_id":"\(patient)","institution":"\(institution)","at":"\(at.utcText)"}
                """
        }
        return Array((text + "\n").utf8)
    }
}
