internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain

/// A code table as a CSV file of code, name and parent, whole and consistent: every parent is there, and no code is above itself.
package struct CodeSheet: Sendable {
    package static let header = ["code", "name", "parent"]
    /// From a code up to the top, at the most: provinces, prefectures and counties are three.
    static let mostLevels = 16

    /// By code.
    let codes: [IdentityV1.Code]
    /// SHA-256 of code, name and parent in the order of the codes.
    let hash: [UInt8]

    /// Reads the file, and adds what is wrong to the sheet; nil where anything is.
    init?(_ sheet: inout RegistrySheet) {
        var codes: [String: IdentityV1.Code] = [:]
        var lines: [String: Int] = [:]
        for row in sheet.rows {
            let code = IdentityV1.Code(code: sheet.text(row, "code"), name: sheet.text(row, "name"), parent: sheet.text(row, "parent"))
            do throws(DomainError) { try Self.check(code) } catch {
                sheet.add(row.line, error)
                continue
            }
            if codes.updateValue(code, forKey: code.code) != nil { sheet.add(row.line, "code", "stands twice") }
            lines[code.code] = row.line
        }
        if sheet.rows.isEmpty, sheet.faultCount == 0 { sheet.add(1, "", "the table has no codes") }
        guard sheet.faultCount == 0 else { return nil }
        for code in codes.values.sorted(by: { $0.code < $1.code }) {
            if let message = Self.flaw(of: code, codes) { sheet.add(lines[code.code] ?? 0, "parent", message) }
        }
        guard sheet.faultCount == 0 else { return nil }
        self.codes = codes.values.sorted { $0.code < $1.code }
        let text = self.codes.map { "\($0.code)\t\($0.name)\t\($0.parent)\n" }.joined()
        guard let hash = try? SHA256.hash(Array(text.utf8)) else { return nil }
        self.hash = hash
    }

    private static func check(_ code: IdentityV1.Code) throws(DomainError) {
        try RegistryText.checkCode(code.code, field: "code")
        try RegistryText.check(code.name, field: "name", bytes: 1...400)
        if !code.parent.isEmpty { try RegistryText.checkCode(code.parent, field: "parent") }
    }

    private static func flaw(of code: IdentityV1.Code, _ codes: [String: IdentityV1.Code]) -> String? {
        var (parent, level) = (code.parent, 0)
        while !parent.isEmpty {
            guard let above = codes[parent] else { return level == 0 ? "is not in the table" : nil }
            level += 1
            guard level < mostLevels else { return "leads over more than \(mostLevels) levels, or round in a circle" }
            parent = above.parent
        }
        return nil
    }
}
