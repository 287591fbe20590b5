internal import SampanAPI
internal import SampanDomain

/// An institution's own codes as a CSV file, with the region's beside them.
package enum MappingSheet {
    package static let header = ["local_code", "local_name", "code"]

    static func mapping(_ row: CSVTable.Row, _ sheet: RegistrySheet) throws(DomainError) -> IdentityV1.CodeMapping {
        let mapping = IdentityV1.CodeMapping(
            localCode: sheet.text(row, "local_code"), localName: sheet.text(row, "local_name"), code: sheet.text(row, "code"))
        try check(IdentityV1.LocalCode(code: mapping.localCode, name: mapping.localName), "local_code", "local_name")
        if !mapping.code.isEmpty { try RegistryText.checkCode(mapping.code, field: "code") }
        return mapping
    }

    /// Throws for a local code or name beyond the limits of the contract.
    static func check(_ local: IdentityV1.LocalCode, _ codeField: String, _ nameField: String) throws(DomainError) {
        try RegistryText.checkCode(local.code, field: codeField)
        try RegistryText.check(local.name, field: nameField, bytes: 0...400)
    }
}
