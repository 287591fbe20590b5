package import SampanJSON

/// What one FHIR text may cost.
package struct FHIRLimits: Sendable, Hashable {
    /// Bytes, nesting and values of the JSON. Default 16 MiB, 64 levels, 2,000,000 values.
    package var json: JSONLimits
    /// Entries of a bundle. Default 50,000: the record of a life has a few thousand.
    package var maximumEntries: Int

    package init(
        json: JSONLimits = JSONLimits(maximumTextBytes: 16 << 20, maximumDepth: 64, maximumValues: 2_000_000), maximumEntries: Int = 50_000
    ) {
        (self.json, self.maximumEntries) = (json, maximumEntries)
    }

    package static let `default` = FHIRLimits()

    /// How deep results may stand in one another; what is deeper stays a reference.
    static let memberDepth = 16
}
