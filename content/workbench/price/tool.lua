-- Know your price: what one piece costs, what to sell it at, and from how many on the month is covered.

local MARGIN = 0.30 -- of the price without VAT that stays: for bad months, new tools, savings
local FAR = 2 -- the chart goes at least to twice the number that covers the month

return {
  fields = {
    { id = "materials", kind = "money", start = 1.35, min = 0, max = 10000 },
    { id = "minutes", kind = "number", start = 9, min = 0, max = 6000, decimals = 0 },
    { id = "hour", kind = "money", start = 14, min = 0, max = 500 },
    { id = "month", kind = "money", start = 180, min = 0, max = 50000 },
    { id = "sold", kind = "number", start = 240, min = 1, max = 100000, decimals = 0 },
    { id = "vat", kind = "percent", start = 13.5, min = 0, max = 40 },
  },
  compute = function(v)
    local time = v.minutes / 60 * v.hour
    local running = v.month / v.sold
    local cost = v.materials + time + running
    local price = cost / (1 - MARGIN) -- without VAT, which is not yours
    local out = {
      {
        kind = "stack", id = "each", unit = "money",
        parts = {
          { id = "materials", value = v.materials },
          { id = "time", value = time },
          { id = "running", value = running },
        },
      },
      { kind = "figure", id = "cost", unit = "money", value = cost },
      { kind = "figure", id = "sell", unit = "money", value = price * (1 + v.vat / 100), main = true },
    }
    local stays = price - v.materials - time -- of each piece, for what the month costs
    if cost <= 0 then
      out[#out + 1] = { kind = "say", id = "empty" }
    elseif v.month <= 0 then
      out[#out + 1] = { kind = "say", id = "free" }
    else
      local even = v.month / stays -- never more than v.sold: running costs are in the price
      local far = math.max(v.sold, even * FAR)
      out[#out + 1] = {
        kind = "line", id = "even", unit = "money", x = "sold",
        series = {
          { id = "in", points = { { 0, 0 }, { far, far * price } } },
          { id = "out", points = { { 0, v.month }, { far, v.month + far * (price - stays) } } },
        },
        mark = { x = even, y = even * price },
      }
      local n = math.ceil(even - 1e-9)
      out[#out + 1] = n == 1 and { kind = "say", id = "even-one" } or { kind = "say", id = "even", n = n }
    end
    return out
  end,
}
