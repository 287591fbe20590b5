/// A telephone number, an electronic mail address, or the like.
package struct ContactPoint: Sendable, Hashable {
    /// `phone`, `fax`, `email`, `pager`, `url`, `sms`, `other`.
    package var system: String?
    package var value: String?
    /// `home`, `work`, `temp`, `old`, `mobile`.
    package var use: String?

    package init(system: String? = nil, value: String? = nil, use: String? = nil) {
        (self.system, self.value, self.use) = (system, value, use)
    }
}

/// Where somebody lives or works.
package struct PostalAddress: Sendable, Hashable {
    /// `home`, `work`, `temp`, `old`, `billing`.
    package var use: String?
    package var text: String?
    package var lines: [String]
    package var city: String?
    package var district: String?
    package var state: String?
    package var postalCode: String?
    package var country: String?

    package init(
        use: String? = nil, text: String? = nil, lines: [String] = [], city: String? = nil, district: String? = nil, state: String? = nil,
        postalCode: String? = nil, country: String? = nil
    ) {
        (self.use, self.text, self.lines, self.city) = (use, text, lines, city)
        (self.district, self.state, self.postalCode, self.country) = (district, state, postalCode, country)
    }

    package var isEmpty: Bool {
        text == nil && lines.isEmpty && city == nil && district == nil && state == nil && postalCode == nil && country == nil
    }
}
