-- A quote for a job: time, material, travel and a reserve, before and after VAT.

-- To whole cents, half away from zero.
local function cents(x)
  return math.floor(x * 100 + 0.5 + 1e-6) / 100
end

-- The reserve, in whole hours of one's own work.
local function spare(v, reserve)
  local n = v.rate > 0 and math.floor(reserve / v.rate + 1e-9) or 0
  if n == 1 then return { kind = "say", id = "spare-one" } end
  if n > 1 then return { kind = "say", id = "spare", n = n } end
  return reserve == 0 and { kind = "say", id = "bare" } or nil
end

return {
  fields = {
    { id = "hours", kind = "number", start = 12, min = 0, max = 2000, decimals = 1 },
    { id = "rate", kind = "money", start = 20, min = 0, max = 500 },
    { id = "materials", kind = "money", start = 180, min = 0, max = 100000 },
    { id = "markup", kind = "percent", start = 15, min = 0, max = 200 },
    { id = "km", kind = "number", start = 40, min = 0, max = 10000, decimals = 0 },
    { id = "perkm", kind = "money", start = 0.35, min = 0, max = 10 },
    { id = "reserve", kind = "percent", start = 10, min = 0, max = 100 },
    -- No country's rate: whoever sees it has to put her own.
    { id = "vat", kind = "percent", start = 20, min = 0, max = 40 },
  },
  compute = function(v)
    local time = cents(v.hours * v.rate)
    local materials = cents(v.materials * (1 + v.markup / 100)) -- on top of the cost: a mark-up, not a margin
    local travel = cents(v.km * v.perkm)
    local reserve = cents((time + materials + travel) * v.reserve / 100)
    local before = cents(time + materials + travel + reserve)
    local after = cents(before * (1 + v.vat / 100))
    if before <= 0 then return { { kind = "say", id = "empty" } } end
    return {
      { kind = "stack", id = "quote", unit = "money", parts = {
        { id = "time", value = time },
        { id = "materials", value = materials },
        { id = "travel", value = travel },
        { id = "reserve", value = reserve },
      } },
      { kind = "figure", id = "before", unit = "money", value = before },
      { kind = "figure", id = "after", unit = "money", value = after, main = true },
      -- The rule of lesson know-numbers-4: a third or the material, whichever is more; here to a whole euro, up, but never more than all.
      { kind = "say", id = "deposit", m = math.min(after, math.ceil(math.max(after / 3, v.materials) - 1e-6)) },
      spare(v, reserve),
    }
  end,
}

-- Example: as it starts: 12 x 20 = 240; 180 x 1.15 = 207; 40 x 0.35 = 14; 10 % of 461 = 46.10; before VAT 507.10;
--   x 1.2 = 608.52; a third is 202.84, more than 180: deposit 203; 46.10 / 20 = 2.3: two spare hours.
-- Example: 6.5 hours at 24, material 75.50 + 20 %, 0 km, reserve 15 %, VAT 10 %: 156 + 90.60 + 0 = 246.60; reserve
--   36.99; before 283.59; x 1.1 = 311.949, so 311.95; a third 103.98: deposit 104; 36.99 / 24 = 1.5: one spare hour.
