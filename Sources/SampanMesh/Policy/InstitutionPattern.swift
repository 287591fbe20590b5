internal import SampanRPC

/// Which institutions a rule is for.
package enum InstitutionPattern: Sendable, Hashable {
    case all
    /// Codes, and beginnings of codes (`1210*`: a region of GB 32100).
    case listed(codes: Set<String>, prefixes: [String])

    /// Reads a list of codes and `beginning*`; `*` alone is everybody. Nil for an empty list, or an entry that no code can match.
    package init?(_ entries: [String]) {
        guard !entries.isEmpty else { return nil }
        if entries == ["*"] {
            self = .all
            return
        }
        var (codes, prefixes) = (Set<String>(), [String]())
        for entry in entries {
            let isPrefix = entry.hasSuffix("*")
            let code = isPrefix ? String(entry.dropLast()) : entry
            guard (try? PeerIdentity(trustDomain: "policy", role: .app, institution: code, node: "0")) != nil else { return nil }
            if isPrefix { prefixes.append(code) } else { codes.insert(code) }
        }
        self = .listed(codes: codes, prefixes: prefixes)
    }

    package func contains(_ institution: String) -> Bool {
        switch self {
        case .all: true
        case .listed(let codes, let prefixes): codes.contains(institution) || prefixes.contains(where: institution.hasPrefix)
        }
    }
}
