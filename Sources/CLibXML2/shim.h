#ifndef SAMPAN_CLIBXML2_H
#define SAMPAN_CLIBXML2_H
#include <libxml/xmlversion.h>
// Else its headers bring ICU's, and Foundation has an ICU of its own with the same names: where both are seen, nothing compiles ("UErrorCode has
// different definitions in different modules"). Only the layout of encoding handlers depends on it, and nobody here looks into one.
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <string.h>

// The handlers lie in a struct with variadic function pointers, which Swift cannot import. All but these five are cleared: there is
// nobody who would resolve an entity, load a subset, or build libxml2's own tree.
static inline void sampan_xml_handlers(xmlParserCtxtPtr context, void *user, startElementNsSAX2Func start, endElementNsSAX2Func end,
                                       charactersSAXFunc text, internalSubsetSAXFunc doctype, xmlStructuredErrorFunc error) {
    xmlSAXHandlerPtr sax = context->sax;
    memset(sax, 0, sizeof(*sax));
    sax->initialized = XML_SAX2_MAGIC;
    sax->startElementNs = start;
    sax->endElementNs = end;
    sax->characters = text;
    sax->cdataBlock = text;
    sax->ignorableWhitespace = text;
    sax->internalSubset = doctype;
    sax->serror = error;
    context->userData = user;
}

// Options that are left out matter: no NOENT, DTDLOAD, DTDATTR, DTDVALID, XINCLUDE, HUGE, RECOVER. The text is UTF-8 already, whatever its
// declaration says (IGNORE_ENC).
static inline int sampan_xml_options(xmlParserCtxtPtr context) {
    return xmlCtxtUseOptions(context, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC);
}

static inline int sampan_xml_line(xmlParserCtxtPtr context) { return context->input == NULL ? 0 : context->input->line; }

static inline int sampan_xml_is_well_formed(xmlParserCtxtPtr context) { return context->wellFormed; }

static inline int sampan_xml_error_line(const xmlError *error) { return error == NULL ? 0 : error->line; }
static inline int sampan_xml_error_code(const xmlError *error) { return error == NULL ? 0 : error->code; }
static inline int sampan_xml_error_is_warning(const xmlError *error) { return error != NULL && error->level == XML_ERR_WARNING; }

#endif
