/// One row of a bulk load.
package struct BulkRow: Sendable {
    package let institution: String
    package let localID: String
    package let demographics: Demographics

    package init(institution: String, localID: String, demographics: Demographics) {
        self.institution = institution
        self.localID = localID
        self.demographics = demographics
    }
}
