#pragma once
#include <maxminddb.h>
#include <netinet/in.h>
#include <string.h>

/// The two letters of an address's country: 1, or 0 where the database has none. The address has 4 or 16 bytes in network
/// order. The library's own values hold 128-bit integers, which Swift cannot see.
static inline int cmaxminddb_country(const MMDB_s *database, const uint8_t *address, int count, uint8_t *letters) {
  struct sockaddr_in four;
  struct sockaddr_in6 six;
  const struct sockaddr *where;
  if (count == 4) {
    memset(&four, 0, sizeof four);
    four.sin_family = AF_INET;
    memcpy(&four.sin_addr, address, 4);
    where = (const struct sockaddr *)&four;
  } else {
    memset(&six, 0, sizeof six);
    six.sin6_family = AF_INET6;
    memcpy(&six.sin6_addr, address, 16);
    where = (const struct sockaddr *)&six;
  }
  int error = MMDB_SUCCESS;
  MMDB_lookup_result_s found = MMDB_lookup_sockaddr(database, where, &error);
  if (error != MMDB_SUCCESS || !found.found_entry) return 0;
  const char *const path[] = {"country", "iso_code", NULL};
  MMDB_entry_data_s value;
  if (MMDB_aget_value(&found.entry, &value, path) != MMDB_SUCCESS) return 0;
  if (!value.has_data || value.type != MMDB_DATA_TYPE_UTF8_STRING || value.data_size != 2) return 0;
  memcpy(letters, value.utf8_string, 2);
  return 1;
}
