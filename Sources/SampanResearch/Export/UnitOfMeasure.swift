/// Units of UCUM that may be put out. A closed list: a unit is written by people, and in braces UCUM allows any words.
enum UnitOfMeasure {
    private static let prefixes = ["", "da", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m", "u", "n", "p", "f", "a"]
    /// These take prefixes.
    private static let metric: Set<String> = [
        "m", "g", "s", "L", "l", "mol", "cd", "K", "A", "V", "Hz", "Pa", "J", "N", "W", "C", "eq", "U", "kat", "bar", "osm", "Ohm", "Bq",
        "Gy", "Sv", "S", "T", "Cel", "cal", "m[Hg]", "m[H2O]", "[iU]", "[IU]", "dyn", "t",
    ]
    private static let plain: Set<String> = [
        "min", "h", "d", "wk", "mo", "a", "%", "[pH]", "[degF]", "[in_i]", "[ft_i]", "[lb_av]", "[oz_av]", "deg", "[drp]", "[CFU]",
        "[arb'U]", "[ppm]", "[ppth]", "1",
    ]
    private static let units = plain.union(prefixes.flatMap { prefix in metric.map { prefix + $0 } })

    static func isKnown(_ text: String) -> Bool {
        guard (1...24).contains(text.utf8.count) else { return false }
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "." }
        // A leading slash stands for one divided by what follows.
        let rest = text.first == "/" ? parts.dropFirst() : parts[...]
        return (1...4).contains(rest.count) && rest.allSatisfy(isPart)
    }

    private static func isPart(_ part: Substring) -> Bool {
        if part.hasPrefix("10*") || part.hasPrefix("10^") { return (0...24).map(String.init).contains(String(part.dropFirst(3))) }
        if units.contains(String(part)) { return true }
        var unit = part
        guard let last = unit.popLast(), "234".contains(last) else { return false }
        if unit.last == "-" { unit.removeLast() }
        return units.contains(String(unit))
    }
}
