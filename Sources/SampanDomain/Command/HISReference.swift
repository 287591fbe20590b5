/// A number or code that names something in a HIS (patient, department, order): its form is the HIS's own business, its size is not.
enum HISReference {
    private static let maximumBytes = 64

    /// nil for nil and for the empty text, which is how proto3 says "absent".
    static func optional(_ text: String?, field: String) throws(DomainError) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return try required(text, field: field)
    }

    static func required(_ text: String, field: String) throws(DomainError) -> String {
        guard !text.isEmpty, text.utf8.count <= maximumBytes else {
            throw DomainError(field: field, message: "\(text.utf8.count) bytes long; right would be 1 to \(maximumBytes)")
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw DomainError(field: field, message: "holds a control character")
        }
        return text
    }
}
