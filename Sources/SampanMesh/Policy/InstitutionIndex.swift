/// Finds the rules that take an institution without asking each of them: policies may name tens of thousands of codes.
struct InstitutionIndex {
    private let rules: [PolicyRule]
    /// Those that do not only name codes, by their place.
    private let open: [Int]
    private let byCode: [String: [Int]]

    init(_ rules: [PolicyRule]) {
        self.rules = rules
        var (open, byCode): ([Int], [String: [Int]]) = ([], [:])
        for (place, rule) in rules.enumerated() {
            guard case .listed(let codes, let prefixes) = rule.institutions, prefixes.isEmpty else {
                open.append(place)
                continue
            }
            for code in codes { byCode[code, default: []].append(place) }
        }
        (self.open, self.byCode) = (open, byCode)
    }

    /// The rules that take an institution, in their order.
    func rules(taking institution: String) -> [PolicyRule] {
        let places = open.filter { rules[$0].institutions.contains(institution) } + byCode[institution, default: []]
        return places.sorted().map { rules[$0] }
    }
}
